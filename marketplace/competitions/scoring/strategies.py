"""The named ways from marks to a score. Each is one pure function and one sentence that the public can read."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from marketplace.competitions.scoring import averages, relative
from marketplace.competitions.scoring.effects import TwoWay, variance_components
from marketplace.competitions.scoring.graph import groups
from marketplace.competitions.scoring.rounding import Floats
from marketplace.competitions.scoring.table import RANDOM, Marks, Rules
from marketplace.competitions.scoring.words import gettext_noop as _

ENTRY, TWO_WAY, DRAWN = "entry", "two_way", "drawn"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a strategy may not be used on these sheets: `text` with what stands in its places."""

    code: str
    text: str
    values: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Strategy:
    """`many` turns sheets (e, b) into scores (n, b), column by column; NaN where an entry has no sheet.

    `version` rises when any figure could change. `noise`: how intervals read the sheets: "entry" (whatever differs
    within an entry is noise), "two_way" (leniency is not), "drawn" (entries are drawn from a population).
    """

    name: str
    version: int
    title: str
    sentence: str
    many: Callable[[Marks, Floats], Floats]
    noise: str
    obstacles: Callable[[Marks, Rules], list[Obstacle]]

    def score(self, marks: Marks) -> Floats:
        """Scores (n,) of the sheets themselves."""
        if not len(marks.entry):
            return np.full(marks.n, np.nan)
        scores: Floats = self.many(marks, marks.values[:, None])[:, 0]
        return scores


def severity(marks: Marks, values: Floats) -> Floats:
    """Scores with each judge's leniency taken off, by least squares (n, b)."""
    model = TwoWay.of(marks)
    return model.worth(values, model.leniency(values))


def shrunken(marks: Marks, values: Floats) -> Floats:
    """Best linear unbiased prediction (n, b): as severity, and drawn towards the middle the fewer sheets there are.

    The variances are read off the first column and kept for the others.
    """
    found = variance_components(TwoWay.of(marks), values[:, :1])[0]
    tiny = 1e-9
    ridges = [max(found.noise, tiny) / max(variance, tiny) for variance in (found.entries, found.judges)]
    model = TwoWay.of(marks, entry_ridge=ridges[0], judge_ridge=ridges[1])
    centre = marks.entry_means(values)[marks.scored].mean(axis=0)
    scores: Floats = centre + model.worth(values - centre, model.leniency(values - centre))
    return scores


def _none(_marks: Marks, _rules: Rules) -> list[Obstacle]:
    return []


def _connected(marks: Marks, _rules: Rules) -> list[Obstacle]:
    parts = groups(marks)
    if len(parts) < 2:
        return []
    text = _("评委与作品分成互不相连的 %(n)d 组（如“%(one)s”与“%(other)s”没有共同的评委），组间无法比较评委宽严。")
    return [Obstacle("not_connected", text, {"n": len(parts), "one": parts[0][0][0], "other": parts[1][0][0]})]


def _five(marks: Marks, _rules: Rules) -> list[Obstacle]:
    counts = marks.counts[marks.scored]
    few = marks.scored[counts < averages.TRIMMED_FROM]
    if not len(few):
        return []
    text = _("有 %(n)d 件作品的有效评分不足 5 份（如“%(one)s”），去最高最低分要求每件至少 5 位评委。")
    return [Obstacle("fewer_than_five", text, {"n": len(few), "one": marks.entries[few[0]]})]


def _drawn(marks: Marks, rules: Rules) -> list[Obstacle]:
    if rules.assignment == RANDOM:
        return _connected(marks, rules)
    text = _("评委不是随机分配的：收缩估计会把强组的作品拉低、弱组的拉高，只能用于随机分配。")
    return [Obstacle("not_random", text, {}), *_connected(marks, rules)]


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy(
            "mean",
            1,
            _("平均分"),
            _("每件作品的得分是全部有效评分的算术平均。"),
            averages.mean,
            ENTRY,
            _none,
        ),
        Strategy(
            "trimmed",
            1,
            _("去最高最低分平均"),
            _("每件作品去掉一个最高分和一个最低分，其余评分取平均；每件至少有 5 份有效评分时采用。"),
            averages.trimmed,
            ENTRY,
            _five,
        ),
        Strategy(
            "median",
            1,
            _("中位数"),
            _("每件作品的得分是全部有效评分从低到高排列后正中间的一个，份数为偶数时取中间两个的平均。"),
            averages.median,
            ENTRY,
            _none,
        ),
        Strategy(
            "severity",
            1,
            _("评委宽严校正"),
            _(
                "先用全部评分估计每位评委整体偏宽或偏严多少分（最小二乘），从其评分中减去，再取平均；遇到偏严评委的作品不吃亏。"
            ),
            severity,
            TWO_WAY,
            _connected,
        ),
        Strategy(
            "shrunken",
            1,
            _("收缩估计"),
            _("在宽严校正的基础上，评分份数越少、评委分歧越大，得分越向全体平均靠拢；只用于评委随机分配的评审。"),
            shrunken,
            DRAWN,
            _drawn,
        ),
        Strategy(
            "z_score",
            1,
            _("标准分"),
            _("把每位评委的评分换算成与其本人平均分相差几个标准差，再按作品取平均，并换回原来的分数尺度。"),
            relative.z_scores,
            TWO_WAY,
            _connected,
        ),
        Strategy(
            "bradley_terry",
            1,
            _("两两比较"),
            _("只看每位评委心中作品的先后，不看分差：由全部两两胜负推算每件作品的实力，再换算到平均分的尺度。"),
            relative.bradley_terry,
            TWO_WAY,
            _connected,
        ),
    )
}
DEFAULT = "severity"
