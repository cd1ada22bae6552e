"""联合体: asked, answered by each for itself, handed in only together, and one organisation takes part once."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.applications import actions
from marketplace.applications.models import Application, Partner, Receipt
from marketplace.notifications.models import Notification
from marketplace.reports.work import tasks_of
from marketplace.scenarios import actions as scenarios
from marketplace.web.verdicts import Refused
from tests.world import World, application_content, make_world, published_scenario, submitted_application

pytestmark = pytest.mark.django_db
TOKEN = "0f4cdd0c-6c86-4c9e-9d9f-0d9f5e1f1d11"


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _asked(world: World) -> tuple[Application, Partner]:
    scenario = published_scenario(world)
    application = actions.draft(
        actor=world.carol, scenario=scenario, organisation=world.company, **application_content()
    )
    reply = _client(world.carol).post(
        reverse("applications:invite-partner", args=[application.pk]),
        {"name": world.other_company.credit_code.lower(), "share": "现场实施", "form_token": TOKEN},
    )
    assert reply.status_code == 302
    return application, Partner.objects.get()


def test_asked_confirmed_and_handed_in_together() -> None:
    world = make_world()
    application, partner = _asked(world)
    with pytest.raises(Refused, match="还没有确认：芜湖旁观信息有限公司"):
        actions.submit(actor=world.carol, application=application)
    assert "联合体待确认" in [str(task.label) for task in tasks_of(world.dave)]
    dave = _client(world.dave)
    assert "确认参加" in dave.get(application.get_absolute_url()).content.decode()
    dave.post(reverse("applications:answer-partner", args=[application.pk, partner.pk]), {"answer": "confirm"})
    actions.submit(actor=world.carol, application=application)
    assert [row["name"] for row in Receipt.objects.get().content["partners"]] == [world.other_company.name]
    table = _client(world.alice).get(reverse("applications:applicants", args=[application.scenario_id]))
    assert f"联合 {world.other_company.name}" in table.content.decode()
    actions.accept(actor=world.alice, application=application, reason="好")
    told = Notification.objects.filter(kind="application_accepted").values_list("recipient", flat=True)
    assert set(told) == {world.carol.pk, world.dave.pk}


def test_refusing_needs_a_reason_and_is_told() -> None:
    world = make_world()
    application, partner = _asked(world)
    with pytest.raises(Refused, match="原因"):
        actions.refuse_partnership(actor=world.dave, partner=partner, reason=" ")
    actions.refuse_partnership(actor=world.dave, partner=partner, reason="人手不够")
    assert Notification.objects.filter(recipient=world.carol, kind="consortium_refused").count() == 1
    assert not Application.objects.visible_to(world.dave).exists()
    actions.submit(actor=world.carol, application=application)
    again = actions.remove_partner
    with pytest.raises(Refused, match="已不在联合体里"):
        again(actor=world.carol, partner=partner)


def test_one_organisation_takes_part_once_in_either_way() -> None:
    world = make_world()
    application, partner = _asked(world)
    own = submitted_application(world, application.scenario, by="dave")
    with pytest.raises(Refused, match="只能参加一份"):
        actions.confirm_partnership(actor=world.dave, partner=partner)
    actions.withdraw(actor=world.dave, application=own)
    actions.confirm_partnership(actor=world.dave, partner=partner)
    with pytest.raises(Refused, match="已经申请或参加"):
        submitted_application(world, application.scenario, by="dave")


def test_a_change_after_the_receipt_counts_once_handed_in_again() -> None:
    world = make_world()
    application, partner = _asked(world)
    actions.confirm_partnership(actor=world.dave, partner=partner)
    actions.submit(actor=world.carol, application=application)
    actions.remove_partner(actor=world.carol, partner=partner)
    alice = _client(world.alice)
    assert world.other_company.name in alice.get(application.get_absolute_url()).content.decode()
    actions.submit(actor=world.carol, application=application)
    assert world.other_company.name not in alice.get(application.get_absolute_url()).content.decode()
    assert Partner.pgh_event_model.objects.filter(pgh_obj=partner).count() >= 3


def test_only_where_the_terms_welcome_it_and_only_real_suppliers() -> None:
    world = make_world()
    scenario = published_scenario(world)
    scenarios.set_terms(actor=world.alice, scenario=scenario, consortium=False)
    application = actions.draft(actor=world.carol, scenario=scenario, organisation=world.company)
    with pytest.raises(Refused, match="不接受联合申请"):
        actions.invite_partner(
            actor=world.carol, application=application, organisation=world.other_company, share="实施"
        )
    open_scenario = published_scenario(world, title="出院随访外呼")
    other = actions.draft(actor=world.carol, scenario=open_scenario, organisation=world.company)
    for organisation, said in ((world.other_department, "已核验的企业"), (world.company, "牵头单位")):
        with pytest.raises(Refused, match=said):
            actions.invite_partner(actor=world.carol, application=other, organisation=organisation, share="x")
