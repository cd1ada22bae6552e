"""What the database gives back is what the market gave, in the same order."""

import pytest

from matching.actions import keep_texts, put_documents
from matching.engine.documents import MatchDocument
from matching.models import Document

pytestmark = pytest.mark.django_db
FIELDS = {"title": "标题", "pain": "难处", "direction": "方向", "goals": "目标"}


def test_fields_keep_their_order() -> None:
    put_documents([MatchDocument("scenario:1", "demand", FIELDS)])
    assert list(Document.objects.get().content.fields.items()) == list(FIELDS.items())
    assert Document.objects.get().content.text == "标题\n难处\n方向\n目标"
    kept = keep_texts(["scenario:1", "scenario:2"])
    assert list(kept) == ["scenario:1"]
    assert list(kept["scenario:1"].texts) == list(FIELDS)


def test_a_text_is_kept_once_and_versions_stand_side_by_side() -> None:
    put_documents([MatchDocument("scenario:1", "demand", FIELDS)])
    first = keep_texts(["scenario:1"])["scenario:1"]
    assert keep_texts(["scenario:1"])["scenario:1"] == first
    put_documents([MatchDocument("scenario:1", "demand", {**FIELDS, "pain": "另一个"})])
    second = keep_texts(["scenario:1"])["scenario:1"]
    assert first.content.ref != second.content.ref
    assert first.texts["pain"] == "难处"
