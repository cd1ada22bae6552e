"""Cutting into sentences."""

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.sentences import LONGEST, MOST, passages, split


def test_sentences_end_where_chinese_ends_them() -> None:
    assert split("每天九百份病历靠人工抽查。漏项到退单才发现！怎么办？") == [
        "每天九百份病历靠人工抽查。", "漏项到退单才发现！怎么办？",
    ]  # fmt: skip


@given(st.text(max_size=2000))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@given(st.text(alphabet="字，", max_size=3000))
def test_no_piece_is_much_longer_than_the_limit(text: str) -> None:
    assert all(len(piece) <= LONGEST + 6 for piece in split(text))


def test_a_very_long_text_gives_a_bounded_number() -> None:
    assert len(passages({"pain": "问题很多。真的很多，说不完的。" * 5000})) == MOST
