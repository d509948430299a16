from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="stepdone",
            name="skipped",
            field=models.BooleanField(default=False, verbose_name="put off"),
        ),
    ]
