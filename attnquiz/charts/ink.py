"""Words in pictures that can be read."""

from typing import TypeVar

import altair as alt

from attnquiz.charts.palette import INK

Picture = alt.TopLevelMixin  # any chart
Drawn = TypeVar("Drawn", alt.Chart, alt.LayerChart)


def inked(chart: Drawn) -> Drawn:
    """The chart with its axes and legends in the colour of the page's text, in either theme; its tooltips have commas.

    The same format would make axes round: "3e+2".
    """
    chart = chart.configure(tooltipFormat={"numberFormat": ","})
    return chart.configure_axis(labelColor=INK, titleColor=INK).configure_legend(labelColor=INK, titleColor=INK)
