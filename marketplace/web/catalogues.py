"""The translations: extracted, merged and compiled in Python, since GNU gettext is not on every machine.

The texts in code and templates are Chinese; each app has one catalogue, in English. Templates of an app belong to the
app's catalogue; templates of no app belong to `web`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = (
    {name: None for name in ("_", "gettext", "gettext_lazy", "gettext_noop")}
    | {name: (1, 2) for name in ("ngettext", "ngettext_lazy")}
    | {name: ((1, "c"), 2) for name in ("pgettext", "pgettext_lazy")}
)
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\b(?:(n)?gettext|_)\(\s*({_STRING})(?:\s*,\s*({_STRING}))?", re.DOTALL)
PLACEHOLDER = re.compile(r"%\([a-z_]+\)(?:\.\d+)?[sdf]|\{[a-z_]+\}|%[sd%]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a catalogue."""

    app: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.app}: {self.what}: {self.text[:80]!r}"


def apps() -> list[str]:
    """Apps that have texts."""
    return sorted(
        path.name for path in (settings.BASE_DIR / "marketplace").iterdir() if (path / "__init__.py").exists()
    )


def po_path(app: str) -> Path:
    """Where an app's English catalogue is."""
    path: Path = settings.BASE_DIR / "marketplace" / app / "locale" / "en" / "LC_MESSAGES" / "django.po"
    return path


def extracted(app: str) -> Catalog:
    """The texts of an app's code and templates."""
    catalogue = Catalog(locale="en", domain="django")
    base: Path = settings.BASE_DIR
    for file in sorted((base / "marketplace" / app).rglob("*.py")):
        if "migrations" not in file.parts:
            found = extract("python", BytesIO(file.read_bytes()), keywords=KEYWORDS, options={"encoding": "utf-8"})
            for _line, message, _comments, context in found:
                catalogue.add(message, context=context)
    for file in sorted((base / "templates").rglob("*")):
        owner = file.relative_to(base / "templates").parts[0]
        if file.is_file() and app == (owner if owner in apps() else "web"):
            for message in _of_template(file.read_text(encoding="utf-8")):
                catalogue.add(message)
    return catalogue


def _of_template(content: str) -> Iterator[str | tuple[str, str]]:
    """The texts of a template. Django turns it into calls that are not quite Python, so they are read by pattern."""
    for plural, first, second in _CALL.findall(templatize(content, origin="template")):
        text = ast.literal_eval(first)
        yield (text, ast.literal_eval(second)) if plural and second else text


def update(app: str) -> Catalog:
    """Bring a catalogue in line with the texts: new ones come in empty, those that are gone go."""
    catalogue = standing(app)
    merged = extracted(app)
    for message in merged:
        old = catalogue.get(message.id, context=message.context) if message.id else None
        if old is not None:
            message.string = old.string
    path = po_path(app)
    if any(message.id for message in merged):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, merged, omit_header=False, sort_output=True, no_location=True, width=110)
    return merged


def standing(app: str) -> Catalog:
    """The catalogue as it is committed."""
    path = po_path(app)
    if not path.exists():
        return Catalog(locale="en", domain="django")
    with path.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def compile_catalogue(app: str) -> None:
    """Write the form that Django reads."""
    if po_path(app).exists():
        with po_path(app).with_suffix(".mo").open("wb") as file:
            write_mo(file, standing(app))


def problems(app: str) -> Iterator[Problem]:
    """Texts without English, English without a text, placeholders that differ."""
    texts, catalogue = extracted(app), standing(app)
    for message in texts:
        if not message.id:
            continue
        found = catalogue.get(message.id, context=message.context)
        if found is None or not _complete(found):
            yield Problem(app, _text(message), "not translated")
        elif _placeholders(message.id) != _placeholders(found.string):
            yield Problem(app, _text(message), "placeholders differ")
    for message in catalogue:
        if message.id and texts.get(message.id, context=message.context) is None:
            yield Problem(app, _text(message), "no longer used")


def _complete(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(strings) and all(strings) and "fuzzy" not in message.flags


def _text(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)


def _placeholders(texts: object) -> set[str]:
    return set(PLACEHOLDER.findall(" ".join(texts) if isinstance(texts, tuple | list) else str(texts)))
