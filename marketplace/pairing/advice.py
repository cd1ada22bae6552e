"""What would raise a match: the worker scores the pair again as it would be, the page says it in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.capabilities.models import Capability
from marketplace.pairing.feed import capability_ref, scenario_ref
from marketplace.pairing.models import Advice
from marketplace.pairing.words import field_name
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Deployment, Maturity, Modality, Region, Requirement, Sector
from marketplace.web.templatetags.marketplace import listed, money_wan
from matching.arena import keeper
from matching.engine.encoder import Encoder
from matching.maker import made_alike
from matching.models import Document
from matching.pairs import Scorer
from matching.raising import NotStandingError, what_raises
from matching.ranker import standing_weights
from matching.standing import standing_maker

ASKED = ("title", "pain", "direction", "goals")  # the fields in which a department says what it wants
INTO = "scenes"  # the field to which a company would add it
TERMS = {
    "unknown": Requirement,
    "missed": Requirement,
    "maturity": Maturity,
    "deployment": Deployment,
    "modality": Modality,
    "sector": Sector,
    "wanted": Sector,
    "place": Region,
}
OF_PROFILE = ("place", "wanted", "contract", "capacity")  # stated of the organisation, not of the capability


@dataclass(frozen=True, slots=True)
class Raise:
    """One change in words, what the probability would be, and where it is filled in."""

    text: str
    after: float
    gain: float
    quote: str
    url: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """A field, and the probability without it."""

    name: str
    after: float
    loss: float


@dataclass(frozen=True, slots=True)
class Told:
    """Advice as the page shows it."""

    advice: Advice
    before: float
    raises: Sequence[Raise]
    together: float | None
    carriers: Sequence[Carrier]
    outdated: bool

    @property
    def waiting(self) -> bool:
        """Whether the worker has still to answer."""
        return self.advice.state == Advice.State.WAITING


def answer_waiting(encoder: Encoder, limit: int = 20) -> int:
    """Answer what was asked, each in a transaction of its own; returns how many were answered or void."""
    owed = list(Advice.objects.waiting().values_list("pk", flat=True)[:limit])
    scorer = Scorer(keeper(encoder), standing_weights()) if owed else None
    done = 0
    for pk in owed:
        with transaction.atomic():
            advice = Advice.objects.waiting().select_for_update(skip_locked=True).filter(pk=pk).first()
            if scorer is not None and advice is not None and _answer(scorer, encoder, advice):
                advice.save()
                done += 1
    return done


def _answer(scorer: Scorer, encoder: Encoder, advice: Advice) -> bool:
    """False while the texts wait to be read: the next run comes back to it."""
    refs = (scenario_ref(advice.scenario_id), capability_ref(advice.capability_id))
    documents = {row.ref: row for row in Document.objects.active().filter(ref__in=refs)}
    if len(documents) < 2:
        known = Document.objects.filter(ref__in=refs)
        if known.filter(active=False).exists():
            advice.void()
            return True
        return False
    demand, supply = (documents[ref] for ref in refs)
    if demand.embedded_fingerprint != demand.fingerprint or demand.embedded_by != encoder.fingerprint:
        return False
    try:
        result = what_raises(scorer, encoder, demand.content, supply.content, asked=ASKED, into=INTO)
    except NotStandingError:
        return False
    made_by = f"{encoder.fingerprint}:{scorer.weights.fingerprint}"
    advice.answer(result=result, made_by=made_by, demand=demand.fingerprint, supply=supply.fingerprint)
    return True


def told(scenario: Scenario, capability: Capability) -> Told | None:
    """The pair's advice in words; None where nobody has asked."""
    advice = Advice.objects.filter(scenario=scenario, capability=capability).first()
    if advice is None:
        return None
    result: dict[str, Any] = advice.result
    before = float(result.get("before", 0))
    changes = result.get("changes", [])
    names = _names(changes)
    return Told(
        advice,
        before,
        [
            Raise(
                _in_words(change["kind"], _values(change, names)),
                change["after"],
                change["after"] - before,
                change["values"][0] if change["kind"] == "sentence" else "",
                _where(change["kind"], capability),
            )
            for change in changes
        ],
        result.get("together"),
        [
            Carrier(field_name("supply", each["field"]), each["after"], each["after"] - before)
            for each in result.get("carries", [])
        ],
        outdated=_outdated(advice),
    )


def _outdated(advice: Advice) -> bool:
    """Whether a text, the model or the weights have changed since it was answered."""
    if advice.state != Advice.State.ANSWERED:
        return False
    refs = (scenario_ref(advice.scenario_id), capability_ref(advice.capability_id))
    now = dict(Document.objects.active().filter(ref__in=refs).values_list("ref", "fingerprint"))
    same = [now.get(ref) for ref in refs] == [advice.demand_fingerprint, advice.supply_fingerprint]
    return not same or not made_alike(advice.made_by, standing_maker())


def _names(changes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """The names of all terms that changes speak of, by kind and key."""
    keys: dict[str, set[str]] = {}
    for change in changes:
        if change["kind"] in TERMS:
            keys.setdefault(change["kind"], set()).update(change["values"])
    return {
        (kind, row.key): row.name for kind, wanted in keys.items() for row in TERMS[kind].objects.filter(key__in=wanted)
    }


def _values(change: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> str:
    kind, values = change["kind"], change["values"]
    if kind in TERMS:
        return listed([names.get((kind, key), key) for key in values])
    return str(money_wan(values[0])) if kind in ("price", "contract") else ""


def _in_words(kind: str, what: str) -> str:
    texts = {
        "unknown": _("写明可满足“%(what)s”（现在未说明）"),
        "missed": _("做到“%(what)s”并写明（现在写的是不支持）"),
        "maturity": _("写明成熟度为“%(what)s”"),
        "price": _("报价下限不高于 %(what)s"),
        "deployment": _("部署方式写上“%(what)s”"),
        "modality": _("处理的模态写上“%(what)s”"),
        "sector": _("面向行业写上“%(what)s”"),
        "place": _("服务地区加上“%(what)s”"),
        "wanted": _("关注行业加上“%(what)s”"),
        "contract": _("承接金额范围放宽到包含 %(what)s"),
        "capacity": _("空出一个项目的人手"),
        "sentence": _("在“可应用场景”里写明能解决对方的这个问题"),
    }
    return texts[kind] % {"what": what}


def _where(kind: str, capability: Capability) -> str:
    if kind in OF_PROFILE:
        return reverse("organisations:edit", args=[capability.organisation_id])
    return reverse("capabilities:edit", args=[capability.pk])
