"""Which weights rank now: those of the version that stands, or those that came with the code."""

import structlog
from django.db import transaction

from matching.engine.weights import STANDING, Weights, load_weights
from matching.models import RankerVersion

log = structlog.get_logger(__name__)


def file_weights() -> Weights:
    """Those that came with the code."""
    return load_weights(STANDING)


def standing_version() -> RankerVersion | None:
    """The version that stands; None where the file's weights do."""
    return RankerVersion.objects.filter(standing=True).first()


def usable(version: RankerVersion) -> bool:
    """Whether this code can rank with it: an upgrade that changed the features makes older versions history."""
    try:
        return Weights.from_json(version.weights).fingerprint == version.fingerprint
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def standing_weights() -> Weights:
    """What `refresh` ranks with. Falls back to the file when the version that stands is not usable any more."""
    version = standing_version()
    if version is None:
        return file_weights()
    if not usable(version):
        log.warning("ranker_version_not_usable", version=version.pk)
        return file_weights()
    return Weights.from_json(version.weights)


@transaction.atomic
def install(version: RankerVersion | None) -> None:
    """Let this version stand, or the file's weights. All matches made by others are stale from now on."""
    # One order for all who install: the versions are locked first, so that two never stand.
    list(RankerVersion.objects.select_for_update().filter(standing=True))
    RankerVersion.objects.filter(standing=True).update(standing=False)
    if version is not None:
        RankerVersion.objects.filter(pk=version.pk).update(standing=True)
