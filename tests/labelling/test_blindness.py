"""A labeller sees two texts and nothing that could sway: no score, no rank, no source, nobody else's grade."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.labelling import actions
from marketplace.labelling.export import collect, write_folder
from marketplace.labelling.models import Assignment, Campaign, Pair
from matching.engine.datasets import read_dataset
from matching.models import Document, Match
from matching.taxonomy import standing_taxonomy
from tests.labelling.campaigns import grade_pair, open_campaign, turns_of
from tests.world import make_world

pytestmark = pytest.mark.django_db
SCORE = 0.837465
NOTE = "另一位标注人写的话"


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _as_seen(client: Client, turn: Assignment) -> str:
    """The page without what differs from one request to the next."""
    page = client.get(reverse("labelling:turn", args=[turn.pk])).content.decode()
    start, end = page.index('<section id="pair"'), page.index("</section>\n", page.index("labelling-bar"))
    return "\n".join(line for line in page[start:end].splitlines() if "csrfmiddlewaretoken" not in line)


def _matched(campaign: Campaign) -> None:
    """Give every pair a score that would be recognised anywhere."""
    documents = {row.ref: row for row in Document.objects.all()}
    for pair in Pair.objects.filter(campaign=campaign):
        demand, supply = documents[pair.demand_text.ref], documents[pair.supply_text.ref]
        Match.objects.create(
            demand=demand, supply=supply, score=SCORE, for_demand=SCORE, for_supply=SCORE,
            demand_fingerprint="a", supply_fingerprint="b", made_by="c",
        )  # fmt: skip


def test_the_page_is_the_same_whatever_the_other_gave_and_whatever_the_score() -> None:
    world = make_world()
    campaign = open_campaign(world)
    turn = turns_of(world.judge)[0]
    other = turn.pair.assignments.exclude(pk=turn.pk).get()
    client = _client(world.judge)
    before = _as_seen(client, turn)
    _matched(campaign)
    Pair.objects.filter(pk=turn.pair_id).update(drawn_by=["ranker", "words"])
    actions.write_note(actor=other.labeller, assignment=other, note=NOTE)
    for grade in (0, 3):
        actions.grade(actor=other.labeller, assignment=other, grade=grade)
        assert _as_seen(client, turn) == before
    for hidden in ("0.83", "83 %", "84 %", NOTE, other.labeller.name, "ranker", 'aria-pressed="true"'):
        assert hidden not in before


def test_other_peoples_turns_and_the_campaigns_figures_are_closed_to_a_labeller() -> None:
    world = make_world()
    campaign = open_campaign(world)
    pair = grade_pair(Pair.objects.all()[0], 0, 3)
    foreign = Assignment.objects.exclude(labeller=world.judge)[0]
    client = _client(world.judge)
    assert client.get(reverse("labelling:turn", args=[foreign.pk])).status_code == 404
    assert client.post(reverse("labelling:grade", args=[foreign.pk]), {"grade": 3}).status_code == 404
    for name, key in (("campaign", campaign.pk), ("export", campaign.pk), ("pair", pair.pk)):
        assert client.get(reverse(f"labelling:{name}", args=[key])).status_code == 403


def test_the_interface_gives_the_same_and_no_more() -> None:
    world = make_world()
    campaign = open_campaign(world)
    _matched(campaign)
    turn = turns_of(world.judge)[0]
    other = turn.pair.assignments.exclude(pk=turn.pk).get()
    actions.grade(actor=other.labeller, assignment=other, grade=3)
    actions.write_note(actor=other.labeller, assignment=other, note=NOTE)
    client = _client(world.judge)
    answer = client.get("/api/v1/labelling-turns/")
    rows = answer.json()["results"]
    assert {row["id"] for row in rows} == {each.pk for each in turns_of(world.judge)}
    assert set(rows[0]) == {"id", "campaign", "position", "demand", "supply", "grade", "note", "graded_at"}
    assert {row["grade"] for row in rows} == {None}
    for hidden in (NOTE, str(SCORE), "random", "for_demand"):
        assert hidden not in answer.content.decode()
    kept = client.patch(
        f"/api/v1/labelling-turns/{turn.pk}/", json.dumps({"grade": 2, "note": "要接口"}), "application/json"
    )
    assert (kept.status_code, kept.json()["grade"], kept.json()["note"]) == (200, 2, "要接口")
    refused = client.patch(f"/api/v1/labelling-turns/{turn.pk}/", json.dumps({"grade": 7}), "application/json")
    assert refused.status_code == 400
    foreign = client.patch(f"/api/v1/labelling-turns/{other.pk}/", json.dumps({"grade": 0}), "application/json")
    assert foreign.status_code == 404
    assert Client().get("/api/v1/labelling-turns/").status_code in (401, 403)


def test_the_export_holds_texts_and_settled_grades_only(tmp_path: Path) -> None:
    world = make_world()
    campaign = open_campaign(world)
    _matched(campaign)
    agreed, decided, disputed, *_rest = Pair.objects.all()
    grade_pair(agreed, 3, 3)
    actions.decide(actor=world.province, pair=grade_pair(decided, 0, 2), grade=1, note=NOTE)
    grade_pair(disputed, 0, 3)
    answer = _client(world.province).get(reverse("labelling:export", args=[campaign.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(files) == {"queries.jsonl", "corpus.jsonl", "qrels/labels.tsv"}
    lines = files["qrels/labels.tsv"].splitlines()
    assert sorted(line.rpartition("\t")[2] for line in lines[1:]) == ["1", "3"]
    everything = "\n".join(files.values())
    for hidden in (NOTE, str(SCORE), world.judge.name, world.judge.email, '"random"', "slot"):
        assert hidden not in everything
    write_folder(collect(Campaign.objects.all()), tmp_path)
    dataset = read_dataset(tmp_path, standing_taxonomy())
    assert (len(dataset.demands), len(dataset.supplies)) == (1, 2)
    assert sorted(grade for own in dataset.grades.values() for grade in own.values()) == [1, 3]
    demand = dataset.demands[0]
    ranked = Document.objects.get(side="demand").facts
    assert demand.fields["pain"] == "每天约九百份病历靠人工逐份抽查，只能查百分之五，漏项要到医保退单才发现。"
    assert (demand.facets.asked, demand.facets.sectors, demand.facets.places) == (
        ranked.asked, ranked.sectors, ranked.places,
    )  # fmt: skip
    assert (demand.facets.area, demand.facets.kind, demand.facets.money_high) == (
        ranked.area, ranked.kind, ranked.money_high,
    )  # fmt: skip
    supply = next(row for row in dataset.supplies if row.ref.startswith(agreed.supply_text.ref))
    offered = Document.objects.get(ref=agreed.supply_text.ref).facts
    assert (supply.facets.sectors, supply.facets.maturity) == (offered.sectors, offered.maturity)
    assert offered.offered <= supply.facets.offered


def test_the_export_holds_the_texts_that_were_judged_and_the_market_on_request() -> None:
    world = make_world()
    open_campaign(world)
    pair = grade_pair(Pair.objects.all()[0], 3, 3)
    judged = pair.supply_text.texts["summary"]
    Document.objects.filter(ref=pair.supply_text.ref).update(
        fields=[["name", "改过"], ["summary", "改过"]], fingerprint="x"
    )
    alone, whole = collect(Campaign.objects.all()), collect(Campaign.objects.all(), whole_market=True)
    assert [row["summary"] for row in alone.corpus] == [judged]
    assert len(whole.corpus) == 1 + Document.objects.filter(side="supply").count()
    assert whole.qrels == alone.qrels
