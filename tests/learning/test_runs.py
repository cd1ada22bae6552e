"""A training asked for on the page is done once, also when its worker is killed on the way."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.learning import actions
from marketplace.learning.models import GIVEN_UP_AFTER, State, TrainingRun
from marketplace.learning.tasks import train_asked
from marketplace.learning.training import Trained
from marketplace.web.verdicts import Refused
from matching.engine.training import compare
from matching.models import RankerVersion
from matching.ranker import file_weights
from tests.matching.learning import judged, weights_on
from tests.world import make_world

pytestmark = pytest.mark.django_db


def _trained() -> Trained:
    comparison = compare([judged(12, by=None, seed=3)], file_weights())
    return Trained(file_weights(), file_weights(), comparison, {"market": {}, "collections": {"set": 96}})


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_one_at_a_time() -> None:
    world = make_world()
    actions.ask_training(actor=world.province)
    with pytest.raises(Refused, match="已经有一次训练"):
        actions.ask_training(actor=world.province)
    for user in (world.alice, world.judge, world.hefei_admin):
        with pytest.raises(Refused):
            actions.ask_training(actor=user)


def test_a_killed_workers_training_is_taken_up_and_ended_once() -> None:
    world = make_world()
    actions.ask_training(actor=world.province)
    first = actions.take_run()
    assert first is not None
    actions.tell_progress(run=first, stage="reading", done=1, total=3)
    assert actions.take_run() is None  # it gives signs of life
    later = timezone.now() + GIVEN_UP_AFTER + timedelta(seconds=1)
    second = actions.take_run(at=later)
    assert second is not None
    assert (second.pk, second.attempt) == (first.pk, 2)
    assert actions.finish_run(run=first, trained=_trained()) is None
    version = actions.finish_run(run=second, trained=_trained())
    assert actions.finish_run(run=second, trained=_trained()) is None
    assert RankerVersion.objects.get() == version
    ended = TrainingRun.objects.get()
    assert (ended.state, ended.version, version.trained_by if version else None) == (
        State.DONE, version, world.province,
    )  # fmt: skip
    assert actions.take_run(at=later + timedelta(days=1)) is None


def test_what_goes_wrong_is_said_and_another_can_be_asked_for(settings: object) -> None:
    settings.TRAINING_COLLECTIONS = []  # type: ignore[attr-defined]
    world = make_world()
    actions.ask_training(actor=world.province)
    assert train_asked()
    run = TrainingRun.objects.get()
    assert run.state == State.FAILED
    page = _client(world.province).get(reverse("learning:versions")).content.decode()
    assert "这次训练没有成功" in page
    assert "nothing is judged" in page
    actions.ask_training(actor=world.province)
    assert not TrainingRun.objects.due().filter(pk=run.pk).exists()


def test_the_page_asks_shows_progress_installs_and_goes_back() -> None:
    world = make_world()
    client = _client(world.province)
    assert client.post(reverse("learning:train")).status_code == 302
    run = actions.take_run()
    assert run is not None
    actions.tell_progress(run=run, stage="comparing", done=2, total=6)
    assert "与现行版本比较 2 / 6" in " ".join(client.get(reverse("learning:run")).content.decode().split())
    actions.finish_run(run=run, trained=_trained())
    ended = client.get(reverse("learning:run"))
    assert ended.headers["HX-Refresh"] == "true"
    version = RankerVersion.objects.get()
    page = client.get(reverse("learning:versions")).content.decode()
    assert f"第 {version.pk} 版" in page
    assert "不能证明更好" in page
    assert client.post(reverse("learning:install", args=[version.pk])).status_code == 302
    assert RankerVersion.objects.get().standing
    assert client.post(reverse("learning:install-file")).status_code == 302
    assert not RankerVersion.objects.get().standing


def test_weights_compared_with_others_than_those_that_stand_by_now_are_not_installed() -> None:
    world = make_world()
    wrong = weights_on("words_own", -1.0)
    comparison = compare([judged(60, by="phrases_own", seed=5)], wrong)
    assert comparison.outcome == "installed"
    kept = actions.keep_trained(actor=world.province, trained=Trained(file_weights(), wrong, comparison, {}))
    assert (kept.outcome, kept.standing) == ("not_better", False)
