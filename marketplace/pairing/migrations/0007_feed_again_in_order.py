from typing import Any

from django.db import migrations


def feed_again(apps: Any, _editor: Any) -> None:
    """Texts stored before kept no order of their fields: give all of them to the engine once more."""
    apps.get_model("pairing", "Feed").objects.update(revision=0)


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0006_mark_exclusion"),
        ("matching", "0004_fields_in_order"),
    ]

    operations = [migrations.RunPython(feed_again, migrations.RunPython.noop)]
