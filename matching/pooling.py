"""Draws candidates for people to judge: from several rankers and from chance, so that no one ranker fills the pool."""

from collections.abc import Mapping

import numpy as np

from matching.arena import keeper
from matching.engine.encoder import Encoder
from matching.engine.ranking import order
from matching.models import Match

SOURCES = ("words", "vectors", "ranker", "random")
Pool = dict[str, list[str]]


def draw(encoder: Encoder, ref: str, sizes: Mapping[str, int], *, seed: int) -> Pool:
    """Candidates for one demand: reference of each supply, and which of `SOURCES` chose it.

    `sizes`: how many of each source. A candidate that several rankers chose is drawn once. Chance draws among the rest,
    the same for the same seed. Empty while the demand is not in the engine.
    """
    held = keeper(encoder)
    asking = held.standing("demand", ref)
    if asking is None:
        return {}
    arena = held.around(held.arena(), asking, ())
    stage, refs = arena.first_stage(asking), list(arena.supplies.refs)
    best = {
        "words": [refs[n] for n in order(stage.words, refs)[: sizes["words"]]],
        "vectors": [refs[n] for n in order(stage.cosine, refs)[: sizes["vectors"]]],
        "ranker": list(Match.objects.of(ref).values_list("supply__ref", flat=True)[: sizes["ranker"]]),
    }
    pool: Pool = {}
    for source, chosen in best.items():
        for other in chosen:
            pool.setdefault(other, []).append(source)
    rest = [other for other in refs if other not in pool]
    drawn = np.random.default_rng(seed).permutation(len(rest))[: sizes["random"]]
    pool.update({rest[n]: ["random"] for n in sorted(drawn.tolist())})
    return pool
