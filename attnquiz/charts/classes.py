"""How cards look by what was known of them before an answer: two hues, each weak and strong, and grey.

Weak ones are outlined: hue is never all that tells two apart, and every border stands out from either background.
"""

import altair as alt

from attnquiz.charts.palette import BLUE, GREY, ORANGE, WEAK

CLASSES = {
    "new": (GREY, ""),
    "learning": (ORANGE, WEAK),
    "learning again": (ORANGE, ""),
    "young": (BLUE, WEAK),
    "mature": (BLUE, ""),
}
BUTTONS = {"Again": (ORANGE, ""), "Hard": (ORANGE, WEAK), "Good": (BLUE, WEAK), "Easy": (BLUE, "")}
Styles = dict[str, tuple[str, str]]


def styled(field: str, styles: Styles, columns: int = 3) -> dict[str, alt.Fill | alt.Stroke]:
    """The channels for marks that are told apart by ``field``, with one legend above the picture."""
    legend = alt.Legend(orient="top", columns=columns, symbolType="square", symbolStrokeWidth=1)
    insides = [colour + strength for colour, strength in styles.values()]
    borders = [colour for colour, _ in styles.values()]
    fill, stroke = (alt.Scale(domain=list(styles), range=each) for each in (insides, borders))
    return {
        "fill": alt.Fill(f"{field}:N", title=None, scale=fill, legend=legend),
        "stroke": alt.Stroke(f"{field}:N", title=None, scale=stroke, legend=legend),
    }
