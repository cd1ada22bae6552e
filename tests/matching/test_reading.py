"""A text is read once: pieces, phrases, sentences."""

import numpy as np

from matching.encoding import warm_encoder
from matching.engine.documents import MatchDocument
from matching.engine.reading import PHRASES, PIECE, read_documents
from matching.engine.sentences import passages


def _document(text: str, title: str = "病案质控") -> MatchDocument:
    return MatchDocument("d", "demand", {"title": title, "text": text})


def test_a_short_text_has_the_vector_of_the_whole() -> None:
    document = _document("每天九百份病历靠人工抽查。漏项到退单才发现。")
    (read,) = read_documents(warm_encoder(), [document])
    (whole,) = warm_encoder().encode([document.text], "query")
    assert float(read.vector @ whole) > 0.995  # only the breaks between fields differ
    assert len(read.sentences) == len(passages(document.fields))
    assert np.linalg.norm(read.vector) - 1 < 1e-5


def test_a_long_text_is_read_to_its_end() -> None:
    filler = "统筹推进数字化转型，赋能高质量发展。" * 120
    told = "系统必须识别江豚的叫声。"
    (read,) = read_documents(warm_encoder(), [_document(filler + told)])
    (without,) = read_documents(warm_encoder(), [_document(filler)])
    assert len(filler) > 3 * PIECE
    assert not np.allclose(read.vector, without.vector, atol=1e-4)
    assert read.sentences[-1].any()


def test_phrases_are_bounded_and_titles_come_first() -> None:
    (read,) = read_documents(warm_encoder(), [_document("很长的介绍，没有重点。" * 500)])
    assert len(read.phrases) <= PHRASES
    assert 0 < read.titled < len(read.phrases)
    (empty,) = read_documents(warm_encoder(), [_document("", "")])
    assert len(empty.phrases) == 0


def test_both_sides_keep_their_order() -> None:
    documents = [
        MatchDocument("a", "supply", {"title": "火点识别"}), MatchDocument("b", "demand", {"title": "病案质控"}),
        MatchDocument("c", "supply", {"title": "病案质控"}),
    ]  # fmt: skip
    one = [each.vector.tolist() for each in read_documents(warm_encoder(), documents)]
    other = [each.vector.tolist() for each in read_documents(warm_encoder(), documents[::-1])][::-1]
    assert np.allclose(one, other, atol=1e-5)
