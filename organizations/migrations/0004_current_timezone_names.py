"""Give organisations whose time zone is stored under a former name the present one."""

from typing import Any

from django.db import migrations

from core.locales import current_timezone_name


def rename_timezones(apps: Any, schema_editor: Any) -> None:
    organizations = apps.get_model("organizations", "Organization").objects.using(
        schema_editor.connection.alias
    )
    for name in set(organizations.values_list("timezone", flat=True)):
        if (current := current_timezone_name(name)) != name:
            organizations.filter(timezone=name).update(timezone=current)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_invitation_refusal")]

    operations = [migrations.RunPython(rename_timezones, migrations.RunPython.noop, elidable=True)]
