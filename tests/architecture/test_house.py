"""The house rules that a linter does not know."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from marketplace.audit.verbs import VERBS
from marketplace.notifications.kinds import KINDS
from marketplace.reports.measures import MEASURES
from marketplace.web.catalogues import apps as apps_with_texts
from marketplace.web.catalogues import problems
from marketplace.web.templatetags.marketplace import TONES

ROOT: Path = settings.BASE_DIR
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
ODDS_AND_ENDS = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}


def _sources() -> Iterator[Path]:
    for folder in ("config", "marketplace", "matching", "benchmarks", "tests"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def test_modules_are_short() -> None:
    assert [str(path) for path in _sources() if len(path.read_text().splitlines()) > LONGEST_MODULE] == []


def test_functions_are_short() -> None:
    long = [
        f"{path.name}:{node.name}"
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_shelf_for_odds_and_ends() -> None:
    assert [path for path in _sources() if path.name in ODDS_AND_ENDS] == []


def _public(path: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes of a module, and methods of its classes."""
    for node in ast.parse(path.read_text()).body:
        inside = node.body if isinstance(node, ast.ClassDef) else []
        yield from (each for each in (node, *inside) if isinstance(each, ast.FunctionDef | ast.ClassDef))


def test_public_things_say_what_they_are() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in _sources()
        if "tests" not in path.parts
        for node in _public(path)
        if not node.name.startswith("_") and node.name != "Meta" and not ast.get_docstring(node)
    ]
    assert sorted(set(silent)) == []


def test_every_verb_of_the_journal_reads_as_words() -> None:
    used = {
        node.value
        for path in _sources()
        if path.name in {"actions.py", "admin.py"}
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.keyword) and call.arg == "verb"
        for node in ast.walk(call.value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(".") == 1
    }
    assert {verb for verb in used if not verb.endswith(".")} <= set(VERBS)


def test_every_state_has_a_tone() -> None:
    states = {
        value
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name == "state" and model.__module__.startswith("marketplace")
        for value, _label in field.choices or ()
    }
    assert states <= set(TONES)


@pytest.mark.parametrize("app", apps_with_texts())
def test_english_is_complete(app: str) -> None:
    assert [str(problem) for problem in problems(app)] == []


def test_every_kind_of_notification_is_a_sentence() -> None:
    assert all(wording.title and wording.body for wording in KINDS.values())


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(MEASURES))
def test_every_measure_counts_and_leads_somewhere(key: str, client: object) -> None:
    measure = MEASURES[key]
    assert measure.value() == 0
    assert client.get(measure.rows_url()).status_code in (200, 302)  # type: ignore[attr-defined]


def test_no_style_or_script_inline() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert " style=" not in text, path
        assert "onclick=" not in text, path
        assert "<script>" not in text, path
