"""What a figure says of its numbers: in the table as one reads them, in the file as they are."""

from datetime import date
from io import BytesIO

import pandas as pd
from streamlit.testing.v1 import AppTest

from attnquiz.ui.figure import Figure, csv, styled, too_few

TABLE = pd.DataFrame(
    {
        "Day": [date(2026, 3, 4), date(2026, 3, 5), None],
        "Concept": ["softmax, “scaled”", "masks", "heads"],
        "Answers": [1200, 0, 3],
        "Remembered": [0.8125, None, 1.0],
        "Asked": pd.array([3, None, 20], dtype="Int64"),
    }
)
FIGURE = Figure("made-up", "Title", "About.", "Sentence.", TABLE, formats={"Remembered": ".0%"})


SPACE = "\N{NO-BREAK SPACE}"


def test_a_table_is_read_in_words_and_numbers_stay_numbers_below_that():
    table = styled(TABLE, FIGURE.formats)
    _, *rows = (line.split("|")[1:] for line in table.to_string(delimiter="|").splitlines())
    day, _, answers, remembered, asked = zip(*rows, strict=True)
    assert day == (f"Wed{SPACE}4 Mar{SPACE}2026", f"Thu{SPACE}5 Mar{SPACE}2026", "")
    assert answers == ("1,200", "0", "3")
    assert remembered == ("81%", "", "100%")
    assert asked == ("3", "", "20")
    assert list(table.data.select_dtypes("number")) == ["Answers", "Remembered", "Asked"], "these are set flush right"


def test_the_file_reads_back_equal():
    back = pd.read_csv(BytesIO(csv(FIGURE)), parse_dates=["Day"], dtype={"Asked": "Int64"})
    expected = TABLE.assign(Day=pd.to_datetime(TABLE.Day).astype(back.Day.dtype))
    pd.testing.assert_frame_equal(back, expected)


def test_what_is_too_little_says_how_much_there_is():
    assert too_few(12) == "Not enough yet: 12 of 20 answers."
    assert too_few(0, "point", 1) == "Not enough yet: 0 of 1 point."


def screen(table, drawn):
    import altair as alt

    from attnquiz.ui import figure

    chart = alt.Chart(table).mark_bar() if drawn else None
    figure.show(
        figure.Figure("made-up", "Title", "About.", "Sentence.", table, chart, "Bars: so many.", {"Share": ".0%"})
    )


def test_a_figure_is_shown_from_its_title_to_its_file():
    table = pd.DataFrame({"Answers": range(17), "Share": 0.0625})
    at = AppTest.from_function(screen, args=(table, True)).run()
    assert not at.exception
    shown = [element[0].value for element in (at.subheader, at.caption, at.markdown)]
    assert shown == ["Title", "About.", "Sentence."]
    assert [each.proto.alt for each in at.get("vega_lite_chart")] == ["Bars: so many. Sentence."]
    assert at.expander[0].label == "As a table"
    assert at.table[0].value.Answers.tolist() == list(range(17))
    assert b"6%" in at.table[0].proto.SerializeToString(), "what is shown of 0.0625"
    assert [each.label for each in at.get("download_button")] == ["Download as CSV"]


def test_a_figure_without_numbers_is_words_alone():
    at = AppTest.from_function(screen, args=(pd.DataFrame(), False)).run()
    assert not at.exception
    assert at.markdown[0].value == "Sentence."
    assert not at.get("vega_lite_chart")
    assert not at.expander
