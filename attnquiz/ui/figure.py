"""A figure of the progress page: what it shows, the finding in a sentence, a picture, the numbers as table and CSV."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from numbers import Integral

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from attnquiz.charts.ink import Picture
from attnquiz.measure.proportion import ENOUGH
from attnquiz.ui import words

ROWS, HEIGHT = 16, 480  # a table with more rows scrolls within so many pixels


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Whatever has too few answers has no chart, and a sentence that says so (``too_few``).

    ``table`` holds plain values, as the CSV does; ``formats`` says how a column of it is shown (".0%", ",.1f"). Dates,
    whole numbers and words need no format, and what is missing stays empty.
    """

    name: str  # the key, and the name of the CSV file
    title: str
    about: str  # a sentence: what it shows, and how it is read
    sentence: str  # the finding, with the number of answers behind it; may be a list in Markdown
    table: pd.DataFrame = field(repr=False)
    chart: Picture | None = field(default=None, repr=False)
    alt: str = ""  # what is drawn: "Bars: reviews due on each of the next 30 days." The sentence is added to it
    formats: Mapping[str, str] = field(default_factory=dict)


def too_few(n: int, of: str = "answer", least: int = ENOUGH) -> str:
    """What is said in place of a curve or a share: "Not enough yet: 12 of 20 answers."."""
    return f"Not enough yet: {n} of {words.count(least, of)}."


def show(figure: Figure) -> None:
    """Draw it."""
    st.subheader(figure.title, anchor=False)
    st.caption(figure.about)
    st.markdown(figure.sentence)
    if figure.chart is not None:
        st.altair_chart(figure.chart, alt=f"{figure.alt} {figure.sentence}".strip())
    if not figure.table.empty:
        _table(figure)


def csv(figure: Figure) -> bytes:
    """The table as a file: days as 2026-03-01, shares from 0 to 1, nothing for what is missing."""
    return figure.table.to_csv(index=False).encode()


def styled(values: pd.DataFrame, formats: Mapping[str, str]) -> Styler:
    """Days as one says them, every column in its format. Numbers stay numbers below that: they are set flush right."""
    days = [name for name in values if any(isinstance(value, date) for value in values[name])]
    plain = values.assign(**{name: [_word(value, "") for value in values[name]] for name in days})
    return plain.style.format({name: partial(_word, written=formats.get(name, "")) for name in plain})


def _word(value: object, written: str) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, date):
        return f"{value:%a}\N{NO-BREAK SPACE}{value.day} {value:%b}\N{NO-BREAK SPACE}{value:%Y}"
    return format(value, written or ("," if isinstance(value, Integral) else ""))


def _table(figure: Figure) -> None:
    with st.expander("As a table"):
        height = HEIGHT if len(figure.table) > ROWS else "content"
        st.table(styled(figure.table, figure.formats), hide_index=True, border="horizontal", height=height)
        st.download_button(
            "Download as CSV", data=lambda: csv(figure), file_name=f"attnquiz-{figure.name}.csv", mime="text/csv",
            key=f"csv:{figure.name}", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
