from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0002_stepdone_skipped"),
    ]

    operations = [
        migrations.AddField(
            model_name="stepdone",
            name="trade",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=16, verbose_name="trade"
            ),
        ),
    ]
