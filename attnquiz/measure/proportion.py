"""A share of a sample, honest about its size."""

from dataclasses import dataclass
from math import sqrt

ENOUGH = 20  # below this many answers no share is shown
Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Proportion:
    """``hits`` of ``n``."""

    hits: int
    n: int

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def share(self) -> float:
        """Between 0 and 1; ZeroDivisionError for an empty sample, which is never ``enough``."""
        return self.hits / self.n

    @property
    def measured(self) -> tuple[float, float, float] | tuple[None, None, None]:
        """The share with both ends of its interval; nothing where there are too few."""
        return (self.share, *self.interval()) if self.enough else (None, None, None)

    def interval(self) -> tuple[float, float]:
        """The 95 % score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212), without continuity correction."""
        if self.n == 0:
            return 0.0, 1.0
        square = Z95 * Z95
        centre = (self.hits + square / 2) / (self.n + square)
        half = Z95 / (self.n + square) * sqrt(self.hits * (self.n - self.hits) / self.n + square / 4)
        return max(0.0, centre - half), min(1.0, centre + half)


def difference(one: Proportion, other: Proportion) -> tuple[float, float]:
    """The 95 % interval of the first share less the second one (Newcombe 1998, Stat. Med. 17, 873-890, method 10)."""
    (low, high), (other_low, other_high) = one.interval(), other.interval()
    apart = one.share - other.share
    below = sqrt((one.share - low) ** 2 + (other_high - other.share) ** 2)
    above = sqrt((high - one.share) ** 2 + (other.share - other_low) ** 2)
    return apart - below, apart + above
