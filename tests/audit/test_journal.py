"""The journal cannot be changed, and rows keep their history, by the database itself."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from marketplace.audit.models import Entry
from marketplace.scenarios import actions as scenarios
from tests.world import draft_scenario, make_world

pytestmark = pytest.mark.django_db


def test_entries_cannot_be_changed_or_deleted() -> None:
    make_world()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().update(verb="nothing.happened")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()


def test_every_change_of_a_row_is_in_its_history() -> None:
    world = make_world()
    scenario = draft_scenario(world)
    scenarios.edit(actor=world.alice, scenario=scenario, title="改过的名称")
    titles = list(scenario.events.order_by("pgh_id").values_list("title", flat=True))
    assert titles[0] == "县医院病案首页自动质控"
    assert titles[-1] == "改过的名称"


def test_who_when_and_from_where() -> None:
    world = make_world()
    scenario = draft_scenario(world)
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.force_login(world.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/scenarios/{scenario.pk}/submit/").status_code == 302
    entry = Entry.objects.about(scenario).filter(verb="scenarios.submit").get()
    assert (entry.actor, entry.address, entry.verb_label) == (world.alice, "10.1.2.3", "提交审核")
