"""One answer for each requirement: a form field of three-state rows, and what a text proposes beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.taxonomy.models import Requirement
from matching.engine.requirements import Said

States = tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement with the answer given so far (empty: none yet) and what the text says of it, if anything."""

    requirement: Requirement
    answer: str
    said: Said | None
    proposed: str  # the answer that the text speaks for; empty when it says nothing
    label: str | Promise  # the same as people read it

    @property
    def waits(self) -> bool:
        """The text says something and the person has not answered."""
        return bool(self.proposed) and not self.answer

    @property
    def differs(self) -> bool:
        """The person's answer is another than the text's own plain word."""
        return bool(self.proposed and self.answer) and self.proposed != self.answer and self._plain

    @property
    def _plain(self) -> bool:
        return self.said is not None and self.said.answer in ("required", "waived", "unmet") and not self.said.condition


class StandsWidget(forms.Widget):
    """Reads `name-key` for each requirement; drawn by `components/stands.html`."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__()
        self.keys = keys

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        """Key to answer; keys that were not answered are left out."""
        given = {key: data.get(f"{name}-{key}") for key in self.keys}
        return {key: str(answer) for key, answer in given.items() if answer}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Never: an unanswered requirement is an answer too."""
        return False


class StandsField(forms.Field):
    """The cleaned value maps each answered requirement to its answer."""

    default_error_messages = {"unknown": _("“%(answer)s”不是可选的答案，请重新选择。")}

    def __init__(self, *, states: States, **kwargs: Any) -> None:
        self.states = states
        self.requirements: list[Requirement] = list(Requirement.objects.in_use())
        kwargs.setdefault("required", False)
        super().__init__(widget=StandsWidget([row.key for row in self.requirements]), **kwargs)

    def clean(self, value: Any) -> dict[Requirement, str]:
        """Refuses an answer that is none of the states."""
        allowed = {state for state, _label in self.states}
        rows = {row.key: row for row in self.requirements}
        for answer in value.values():
            if answer not in allowed:
                raise forms.ValidationError(
                    self.error_messages["unknown"], code="unknown", params={"answer": answer[:20]}
                )
        return {rows[key]: answer for key, answer in value.items()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as plain mappings."""
        return dict(initial or {}) != dict(data or {})

    def rows(self, answers: Mapping[str, str], said: Mapping[str, Said], words: Mapping[str, str]) -> Iterator[Row]:
        """All rows. `words` turns what a text says (“waived”) into one of this field's answers (“no”)."""
        for requirement in self.requirements:
            found = said.get(requirement.key)
            proposed = words.get(found.answer, "") if found else ""
            label = dict(self.states).get(proposed, "")
            yield Row(requirement, answers.get(requirement.key, ""), found, proposed, label)


def chosen(cleaned: Mapping[Requirement, str], state: str) -> list[Requirement]:
    """The requirements that were given this answer."""
    return [requirement for requirement, answer in cleaned.items() if answer == state]
