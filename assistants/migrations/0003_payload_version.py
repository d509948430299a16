from django.db import migrations, models

import assistants.models


class Migration(migrations.Migration):
    dependencies = [
        ("assistants", "0002_refusal"),
    ]

    operations = [
        migrations.AddField(
            model_name="assistant",
            name="payload_version",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=assistants.models.current_payload_version,
                verbose_name="version sent to Vapi",
            ),
        ),
    ]
