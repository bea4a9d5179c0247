"""What a figure says of its numbers: in the table as one reads them, in the file as they are."""

from datetime import date
from io import BytesIO

import pandas as pd

from attnquiz.ui.figure import Figure, csv, shown, too_few

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


def test_a_table_is_read_in_words_and_whole_numbers_stay_numbers():
    table = shown(FIGURE)
    assert table.Day.tolist() == ["Wed 4 Mar 2026", "Thu 5 Mar 2026", ""]
    assert table.Remembered.tolist() == ["81%", "", "100%"]
    assert table.Asked.tolist() == ["3", "", "20"]
    assert table.Answers.dtype == "int64"


def test_the_file_reads_back_equal():
    back = pd.read_csv(BytesIO(csv(FIGURE)), parse_dates=["Day"], dtype={"Asked": "Int64"})
    expected = TABLE.assign(Day=pd.to_datetime(TABLE.Day).astype(back.Day.dtype))
    pd.testing.assert_frame_equal(back, expected)


def test_what_is_too_little_says_how_much_there_is():
    assert too_few(12) == "Not enough yet: 12 of 20 answers."
    assert too_few(0, "point", 1) == "Not enough yet: 0 of 1 point."
