"""Which weights stand."""

import pytest
from django.db import IntegrityError, transaction

from matching import ranker
from matching.engine.weights import Weights
from matching.models import RankerVersion

pytestmark = pytest.mark.django_db


def version(bias: float, *, standing: bool = False) -> RankerVersion:
    """A version that differs from the file's weights in one bias."""
    content = ranker.file_weights().as_json()
    weights = Weights.from_json({**content, "demand": {**content["demand"], "bias": bias}})
    return RankerVersion.objects.create(
        weights=weights.as_json(), fingerprint=weights.fingerprint, margin=0, outcome="installed",
        replaced=ranker.file_weights().fingerprint, standing=standing,
    )  # fmt: skip


def test_the_files_weights_stand_until_a_version_does() -> None:
    assert ranker.standing_weights() == ranker.file_weights()
    made = version(-9.0)
    assert ranker.standing_weights() == ranker.file_weights()
    ranker.install(made)
    assert ranker.standing_weights().fingerprint == made.fingerprint
    assert ranker.standing_weights().fingerprint != ranker.file_weights().fingerprint


def test_one_stands_and_one_click_goes_back() -> None:
    first, second = version(-1.0), version(-2.0)
    ranker.install(first)
    ranker.install(second)
    assert [row.pk for row in RankerVersion.objects.filter(standing=True)] == [second.pk]
    ranker.install(first)
    assert ranker.standing_version() == first
    ranker.install(None)
    assert ranker.standing_weights() == ranker.file_weights()


def test_two_cannot_stand() -> None:
    version(-1.0, standing=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        version(-2.0, standing=True)


@pytest.mark.parametrize("weights", [{}, {"version": "x", "demand": {"bias": 0, "coefficients": {"gone": 1.0}}}])
def test_a_version_of_other_features_does_not_rank(weights: dict[str, object]) -> None:
    made = version(-1.0)
    RankerVersion.objects.filter(pk=made.pk).update(weights=weights)
    made.refresh_from_db()
    ranker.install(made)
    assert not ranker.usable(made)
    assert ranker.standing_weights() == ranker.file_weights()
