from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistants", "0007_sent_additions"),
    ]

    operations = [
        migrations.AddField(
            model_name="assistant",
            name="sent_notice",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=100),
        ),
    ]
