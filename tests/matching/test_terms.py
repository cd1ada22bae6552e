"""Words without a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.terms import terms_of


def test_characters_and_pairs_of_chinese_and_whole_latin_terms() -> None:
    assert dict(terms_of("用ＹＯＬＯv8识别")) == {"用": 1, "yolov8": 1, "识": 1, "别": 1, "识别": 1}


def test_abbreviations_stay_whole() -> None:
    assert set(terms_of("OCR、5G、C++、bge-m3 和 3.5 版")) >= {"ocr", "5g", "c++", "bge-m3", "3.5"}


def test_nothing_gives_nothing() -> None:
    assert terms_of("") == {}
    assert terms_of("，。！🙂") == {}


@given(st.text(max_size=300))
def test_any_text_is_counted_without_error(text: str) -> None:
    assert all(count > 0 for count in terms_of(text).values())


@given(st.text(alphabet="病案质控数据ABC123 ，", max_size=60), st.text(alphabet="病案质控数据ABC123 ，", max_size=60))
def test_more_text_never_loses_a_term(one: str, other: str) -> None:
    assert set(terms_of(one)) <= set(terms_of(one + "。" + other))
