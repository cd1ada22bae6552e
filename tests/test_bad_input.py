"""Bad input gets a clear message beside its field, keeps what was typed, and leaves one row or none."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import CooperationMode, Kind, PriorityArea, Region, Sector
from marketplace.web.forms import new_token
from tests.world import World, credit_code, make_world

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _posting(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "form_token": new_token(),
        "intent": "submit",
        "department": world.department.pk,
        "title": "县医院病案首页自动质控",
        "area": PriorityArea.objects.get(key="smart-healthcare").pk,
        "sector": Sector.objects.get(key="health").pk,
        "kind": Kind.objects.get(key="livelihood").pk,
        "region": Region.objects.get(key="340100").pk,
        "mode": CooperationMode.objects.get(key="procurement").pk,
        "summary": "三家医院。",
        "pain": "漏项太多。",
        "closes_on": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "contact_phone": "0551-55501234",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "chinese", "english"),
    [
        ({"closes_on": "2020-01-01"}, "截止日期已过", "The deadline has passed"),
        ({"budget_wan": "-5"}, "投资规模不能为负数", "The budget cannot be negative"),
        ({"pain": "长" * 200_000}, "200000", "200000"),
        ({"summary": "看这里 <script>alert(1)</script>"}, "只接受纯文字", "Only plain text"),
        ({"pain": ""}, "请写明拟解决的问题", "Please describe the problem"),
        (
            {"attachments": SimpleUploadedFile("病毒.exe", b"MZ" + b"0" * 50)},
            "不支持“.exe”文件",
            "files are not supported",
        ),
        ({"attachments": SimpleUploadedFile("方案.pdf", b"just text")}, "文件内容与“.pdf”不符", "does not match"),
    ],
    ids=["past deadline", "negative budget", "too long", "script", "empty", "wrong kind", "renamed"],
)
def test_posting(changes: dict[str, Any], chinese: str, english: str) -> None:
    world = make_world()
    client = _client(world.alice)
    for language, expected in (("zh-hans", chinese), ("en", english)):
        client.cookies["django_language"] = language
        sent = _posting(world, **changes)
        if "attachments" in sent:
            sent["attachments"].seek(0)
        answer = client.post(reverse("scenarios:create"), sent)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert expected in page
        assert "field-error" in page
        assert "县医院病案首页自动质控" in page
        assert "<script>alert" not in page
    assert Scenario.objects.count() == 0


def test_the_same_form_sent_twice_makes_one_row() -> None:
    world = make_world()
    client = _client(world.alice)
    sent = _posting(world)
    first = client.post(reverse("scenarios:create"), sent)
    second = client.post(reverse("scenarios:create"), sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert Scenario.objects.count() == 1


def test_a_good_file_is_kept_and_fetched_through_the_door() -> None:
    world = make_world()
    client = _client(world.alice)
    sent = _posting(world, attachments=SimpleUploadedFile("需求说明.pdf", PDF), intent="save")
    assert client.post(reverse("scenarios:create"), sent).status_code == 302
    scenario = Scenario.objects.get()
    attachment = scenario.attachments.get()
    address = reverse("scenarios:attachment", args=[scenario.pk, attachment.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert _client(world.carol).get(address).status_code == 404


@pytest.mark.parametrize(
    ("code", "chinese"),
    [("9134", "应为 18 位"), ("91340100MATEST00I1", "只含数字和大写字母"), ("wrong", "应为 18 位")],
)
def test_credit_code(code: str, chinese: str) -> None:
    world = make_world()
    client = _client(world.judge)
    sent = {"form_token": new_token(), "kind": "company", "name": "新公司", "credit_code": code, "home": "浙江省杭州市"}
    page = client.post(reverse("organisations:register-supplier"), sent).content.decode()
    assert chinese in page
    assert 'value="新公司"' in page
    assert not Organisation.objects.filter(name="新公司").exists()


def test_a_wrong_check_digit_and_a_code_that_is_taken() -> None:
    world = make_world()
    client = _client(world.judge)
    good = credit_code(1)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    for code, expected in ((wrong, "校验位不对"), (good, "已登记")):
        sent = {"form_token": new_token(), "kind": "company", "name": "又一家", "credit_code": code, "home": "浙江省"}
        assert expected in client.post(reverse("organisations:register-supplier"), sent).content.decode()
    assert not Organisation.objects.filter(name="又一家").exists()
