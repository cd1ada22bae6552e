"""What a text says about requirements: asked, wished or waived by a demand; met or not met by a supply.

A reading proposes; people confirm it in their forms. What a demand only mentions is at most preferred, what it asks
under a condition too; what a supply plans, or says of others, is neither met nor missed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from matching.engine.documents import Strength
from matching.engine.lexicon import AGAINST, CIRCUMSTANCES, DEPLOYMENTS, MODALITIES, ONLY, SAYS, Lexicon, Mention
from matching.engine.polarity import Marked, Sentence, Stance, claim_of, marked, sentences_of, stance_of

REQUIREMENTS = Lexicon(SAYS)
_CONTRARY, _EXCLUSIVE = Lexicon(AGAINST), Lexicon(ONLY)
_DEPLOYMENTS, _MODALITIES = Lexicon(DEPLOYMENTS), Lexicon(MODALITIES)
Answer = Literal["required", "preferred", "waived", "met", "unmet"]
_FIRMNESS = {"required": 3, "waived": 2, "preferred": 1, "mentioned": 0}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supply's text states."""

    offered: frozenset[str]
    lacking: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A requirement that a demand asks, the sentence and the phrase that ask it, and the condition it stands under."""

    key: str
    strength: Strength
    sentence: str
    phrase: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one sentence says of one thing. `answer`: a demand's stance, or met, unmet for a supply."""

    key: str
    answer: Answer
    sentence: str
    phrase: str
    condition: str = ""


def read_demand(text: str, lexicon: Lexicon = REQUIREMENTS) -> list[Reading]:
    """The requirements of a demand in the order of their keys, each with the sentence that asks it most firmly."""
    return [
        Reading(said.key, said.answer, said.sentence, said.phrase, said.condition)
        for said in said_of_demand(text, lexicon)
        if said.answer in ("required", "preferred")
    ]  # type: ignore[arg-type]  # narrowed above


def said_of_demand(text: str, lexicon: Lexicon = REQUIREMENTS) -> list[Said]:
    """The same with what the text waives. A waiver weighs more than a mention or a wish, and less than a firm ask."""
    found: dict[str, tuple[int, Said]] = {}
    for sentence in sentences_of(text):
        mentions = list(lexicon.mentions(sentence.plain))
        of = marked(sentence, [mention.span for mention in mentions])
        for mention in mentions:
            if (read := _asked(of, mention)) is not None:
                firmness, said = read
                if said.key not in found or firmness > found[said.key][0]:
                    found[said.key] = (firmness, said)
    return [found[key][1] for key in sorted(found)]


def _asked(of: Marked, mention: Mention) -> tuple[int, Said] | None:
    stance = stance_of(of, mention.span)
    under = ""
    if stance == "supposed":
        if mention.key not in CIRCUMSTANCES or of.condition is None:
            return None
        stance = _consequence(of)
    elif of.condition and of.condition[1][0] <= mention.start < of.condition[1][1]:
        if stance == "waived":
            return None  # waived only sometimes: other sentences decide
        under = of.plain[slice(*of.condition[0])].strip("，, ")
        stance = "preferred"
    answer: Answer = stance if stance in ("required", "waived") else "preferred"  # type: ignore[assignment]
    return _FIRMNESS[stance], Said(mention.key, answer, of.sentence.text, of.plain[slice(*mention.span)], under)


def _consequence(of: Marked) -> Stance:
    """What is asked of a circumstance: as firm as what follows from it."""
    stance = stance_of(of, (len(of.plain), len(of.plain)))
    return "required" if stance == "required" else "mentioned"


def read_supply(text: str, lexicon: Lexicon = REQUIREMENTS) -> Offer:
    """What a supply says it meets, and what it says it does not; what it says both ways counts against it."""
    said = said_of_supply(text, lexicon)
    return Offer(
        frozenset(each.key for each in said if each.answer == "met"),
        frozenset(each.key for each in said if each.answer == "unmet"),
    )


def said_of_supply(text: str, lexicon: Lexicon = REQUIREMENTS) -> list[Said]:
    """What a supply says of each requirement, in the order of the keys, with its sentence; not what stays unknown."""
    denied: dict[str, Said] = {}
    affirmed: dict[str, Said] = {}
    implied: dict[str, Said] = {}
    for sentence in sentences_of(text):
        _note(denied, "unmet", sentence, _EXCLUSIVE.mentions(sentence.plain))
        _note(implied, "unmet", sentence, _CONTRARY.mentions(sentence.plain))
        mentions = list(lexicon.mentions(sentence.plain))
        of = marked(sentence, [mention.span for mention in mentions])
        for mention in mentions:
            claim = claim_of(of, mention.span)
            if claim == "affirmed":
                _note(affirmed, "met", sentence, [mention])
            elif claim == "denied":
                _note(denied, "unmet", sentence, [mention])
    found = {**implied, **affirmed, **denied}
    return [found[key] for key in sorted(found)]


def _note(into: dict[str, Said], answer: Literal["met", "unmet"], of: Sentence, mentions: Iterable[Mention]) -> None:
    for mention in mentions:
        into.setdefault(mention.key, Said(mention.key, answer, of.text, of.plain[slice(*mention.span)]))


def keys_of(phrase: str, lexicon: Lexicon = REQUIREMENTS) -> frozenset[str]:
    """The requirements that a short phrase names; the phrase itself when it names none that is known."""
    if phrase in lexicon:
        return frozenset([phrase])
    return lexicon.named(phrase) or frozenset([phrase])


def deployments_of(text: str, *, supply: bool = False) -> list[Said]:
    """Where the system is to run, or can run: cloud, on-premises, edge, device; not what is waived or denied."""
    return list(_wanted(text, _DEPLOYMENTS, supply))


def modalities_of(text: str, *, supply: bool = False) -> list[Said]:
    """The kinds of data that are spoken of: text, image, video, speech, remote-sensing, time-series, multimodal."""
    return list(_wanted(text, _MODALITIES, supply))


def _wanted(text: str, lexicon: Lexicon, supply: bool) -> Iterator[Said]:
    said = said_of_supply(text, lexicon) if supply else said_of_demand(text, lexicon)
    return (each for each in said if each.answer not in ("waived", "unmet") and each.key in lexicon)


def requirements_lexicon(words: Mapping[str, Iterable[str]]) -> Lexicon:
    """The standing patterns with the words of a market's reference data."""
    return Lexicon(SAYS, words)
