from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0006_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="records_calls",
            field=models.BooleanField(db_default=False, default=False, verbose_name="calls are recorded"),
        ),
    ]
