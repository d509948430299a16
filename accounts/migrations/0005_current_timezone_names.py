"""Give users whose time zone is stored under a former name the present one: Europe/Kyiv for Europe/Kiev."""

from typing import Any

from django.db import migrations

from core.locales import current_timezone_name


def rename_timezones(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    for name in set(users.values_list("timezone", flat=True)):
        if (current := current_timezone_name(name)) != name:
            users.filter(timezone=name).update(timezone=current)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_remove_api_kinds")]

    operations = [migrations.RunPython(rename_timezones, migrations.RunPython.noop, elidable=True)]
