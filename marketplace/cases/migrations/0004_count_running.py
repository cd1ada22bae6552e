"""Suppliers of cases that were opened before they were counted learn how many they have under way."""

from typing import Any

from django.db import migrations, models

RUNNING = ["preparing", "contracted", "building", "trial"]


def count(apps: Any, schema_editor: Any) -> None:
    organisations = apps.get_model("organisations", "Organisation")
    running = apps.get_model("cases", "Case").objects.filter(state__in=RUNNING).order_by().values("supplier_id")
    for row in running.annotate(n=models.Count("pk")):
        organisations.objects.filter(pk=row["supplier_id"]).update(
            running_here=row["n"], profile_revision=models.F("profile_revision") + 1
        )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_initial"),
        ("organisations", "0003_capacity"),
    ]
    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
