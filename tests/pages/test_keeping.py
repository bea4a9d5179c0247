"""The settings page: backups, the way back, the CSV, and deleting it all."""

import io
import threading
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from attnquiz.exchange import backups
from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.ui import keeping
from tests.store.hand import Hand, everything

SETTINGS, REVIEW = "pages/progress/settings.py", "pages/study/review.py"


@pytest.fixture
def hand(db):
    hand = Hand(Store.open(db), datetime.now(UTC) - timedelta(hours=5))
    hand.answer(Face("card"))
    return hand


@pytest.fixture
def backed_up():
    """Waits for the thread of the daily backup."""

    def wait():
        for thread in threading.enumerate():
            if thread.name == "daily backup":
                thread.join(30)

    return wait


def press(at, key):
    button = next(button for button in at.button if button.key == key)
    button.click().run()
    assert not at.exception
    return at


def said(at):
    return [element.value for element in [*at.success, *at.error, *at.warning]]


def test_the_first_run_of_a_day_backs_up_and_no_later_one(db, hand, visit, backed_up):
    at = visit()
    backed_up()
    (made,) = backups.listed(db)
    assert made.reason == "daily"
    assert everything(Store(made.path, "local")) == everything(hand.store)
    at.run()
    visit().run()
    backed_up()
    assert backups.listed(db) == [made]


def test_nothing_is_backed_up_before_the_first_answer(db, visit, backed_up):
    at = visit(SETTINGS)
    backed_up()
    assert not (db.parent / backups.FOLDER).exists()
    assert "There is no backup yet." in [caption.value for caption in at.caption]


def test_a_daily_backup_that_cannot_be_made_says_why_on_the_settings_page(db, hand, visit, backed_up):
    (db.parent / backups.FOLDER).write_text("in the way")
    visit()
    backed_up()
    at = visit(SETTINGS)
    assert any(sentence.startswith("The daily backup could not be made.") for sentence in said(at))


def test_a_backup_is_made_and_restored_after_a_question(db, hand, visit, backed_up):
    visit()
    backed_up()
    before = everything(hand.store)
    hand.answer(Face("later"))
    at = visit(SETTINGS)
    assert len(at.selectbox(key="kept-chosen").options) == 1
    assert " · daily · " in at.selectbox(key="kept-chosen").options[0]
    press(at, "kept-now")
    assert said(at) == ["Your answers are backed up\\."]
    first = backups.listed(db)[-1]
    at.selectbox(key="kept-chosen").select(first.path.name).run()
    press(at, "kept-ask")
    press(at, "kept-no")
    assert "kept-yes" not in {button.key for button in at.button}
    press(press(at, "kept-ask"), "kept-yes")
    assert everything(hand.store) == before
    assert said(at)[0].startswith("Your answers are those of today at ")
    assert [backup.reason for backup in backups.listed(db)] == ["before-restore", "asked-for", "daily"]
    assert examine(hand.store) == []


def test_a_damaged_file_is_replaced_from_the_page(db, hand, visit):
    for _ in range(40):
        hand.answer(Face("card"))
    made, before = backups.make(db, datetime.now(UTC)), everything(hand.store)
    with db.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (db.stat().st_size - 4096))
    assert "is damaged" in said(visit())[0]
    at = visit(SETTINGS)
    at.selectbox(key="kept-chosen").select(made.path.name).run()
    press(press(at, "kept-ask"), "kept-yes")
    assert everything(hand.store) == before
    assert not visit().error


def test_a_tab_lets_go_of_a_card_that_was_asked_before_a_restore(db, hand, visit):
    made = backups.make(db, datetime.now(UTC))
    at = visit(REVIEW)
    press(at, next(button.key for button in at.button if button.label.startswith("I don't know")))
    attempt = at.session_state["attnquiz"].session.attempt
    assert attempt is not None
    backups.restore(db, made.path, datetime.now(UTC))  # as in another tab, or on the command line
    at.run()
    assert at.session_state["attnquiz"].session.attempt is None
    assert not at.exception


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"dear diary", "holds something else"), (b"SQLite format 3\0" + b"nonsense" * 1000, "The file is")],
)
def test_an_upload_that_is_no_backup_changes_nothing(db, hand, visit, content, sentence):
    at = visit(SETTINGS)
    at.session_state["kept-from-file"] = True
    at.run()
    before = everything(hand.store)
    at.get("file_uploader")[0].set_value(("backup.sqlite3", content, "")).run()
    press(at, "kept-upload-yes")
    assert sentence in said(at)[0]
    assert "Nothing was changed" in said(at)[0]
    assert everything(hand.store) == before


def test_an_upload_comes_back(db, hand, visit, tmp_path):
    before = everything(hand.store)
    content = backups.make_at(db, tmp_path / "taken along.sqlite3").read_bytes()
    hand.answer(Face("later"))
    at = visit(SETTINGS)
    at.session_state["kept-from-file"] = True
    at.run()
    at.get("file_uploader")[0].set_value(("x.sqlite3", content, "")).run()
    press(at, "kept-upload-yes")
    assert said(at)[0].startswith("Your answers are those of the file now")
    assert everything(hand.store) == before


def test_the_table_and_the_copy_are_whole(db, hand, tmp_path):
    table = pd.read_csv(io.BytesIO(keeping._csv()))
    assert table.card_id.tolist() == ["card"]
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(keeping._copied())
    assert everything(Store(copy, "local")) == everything(hand.store)


def test_my_data_is_deleted_when_the_word_is_typed(db, hand, visit, backed_up):
    at = visit(SETTINGS)
    backed_up()
    at.session_state["kept-deletion"] = True
    at.run()
    submit = next(button.key for button in at.button if button.label == "Delete my data")
    press(at, submit)
    assert said(at) == ["Nothing was deleted\\: for that\\, type the word “delete”\\."]
    assert len(everything(hand.store)) == 2
    next(field for field in at.text_input if field.key == "kept-typed").set_value("delete")
    press(at, submit)
    assert said(at)[0].startswith("Your answers are deleted")
    assert everything(Store.open(db)) == []
    assert backups.listed(db)[0].reason == "before-deletion"
    at.checkbox[0].check().run()
    next(field for field in at.text_input if field.key == "kept-typed").set_value("delete")
    press(at, submit)
    assert backups.listed(db) == []
