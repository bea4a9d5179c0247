"""How something is spread over many cards: how many of them lie in each part of a scale."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WIDTHS = (1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650)  # days
MOST = 30  # bars in a picture
COLUMNS = ["low", "high", "cards", "share"]
Values = NDArray[np.float64] | NDArray[np.int64]


def spread(values: Values, part: float = 1.0) -> pd.DataFrame:
    """Days in bars of equal width, from 0 to where ``part`` of the values lie below.

    Columns: low (included), high (not included), cards, share (of all values, up to ``high``).
    """
    if not len(values):
        return pd.DataFrame(columns=COLUMNS)
    top = float(np.quantile(values, part, method="inverted_cdf"))
    width = next((each for each in WIDTHS if top < each * MOST), WIDTHS[-1])
    return _counted(values, np.arange(0, int(top) // width + 2) * width)


def scale(values: Values, edges: NDArray[np.float64]) -> pd.DataFrame:
    """The same on a scale with fixed parts; the last one includes its end."""
    return _counted(np.minimum(values, np.nextafter(edges[-1], edges[0])), edges)


def _counted(values: Values, edges: NDArray) -> pd.DataFrame:
    place = np.searchsorted(edges, values, side="right") - 1
    cards = np.bincount(place[(place >= 0) & (place < len(edges) - 1)], minlength=len(edges) - 1)
    share = cards.cumsum() / len(values) if len(values) else np.full(len(cards), np.nan)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "cards": cards, "share": share})
