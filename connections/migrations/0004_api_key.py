from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0003_refusal"),
    ]

    operations = [
        migrations.AddField(
            model_name="twilioconnection",
            name="api_key_sid",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=34, verbose_name="SID of the API key"
            ),
        ),
    ]
