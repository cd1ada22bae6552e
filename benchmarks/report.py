"""How a figure is printed beside its goal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, the goal it is held to, and the peer it stands beside."""

    name: str
    value: float
    goal: float
    unit: str
    peer: str = ""
    least: bool = False  # the goal is a floor, not a ceiling

    @property
    def holds(self) -> bool:
        """Whether the value keeps its goal."""
        return self.value >= self.goal if self.least else self.value <= self.goal


def show(figures: list[Figure]) -> int:
    """Print a line per figure; 1 if any falls short."""
    for figure in figures:
        mark = "ok   " if figure.holds else "SHORT"
        peer = f"   beside {figure.peer}" if figure.peer else ""
        goal = f"goal {'≥' if figure.least else '≤'} {figure.goal:g} {figure.unit}{peer}"
        print(f"{mark} {figure.name:<46} {figure.value:>10.3f} {figure.unit:<4} {goal}")
    return 0 if all(figure.holds for figure in figures) else 1
