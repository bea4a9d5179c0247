"""Backups are whole files that stand for a moment; which of them are kept is a matter of age alone."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.errors import DamagedFile, StoreError
from attnquiz.exchange import backups
from attnquiz.exchange.backups import Backup, superfluous
from attnquiz.recall.face import Face
from attnquiz.store.copying import check, edition
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.schema import MIGRATIONS
from tests.store.hand import Hand, everything, older

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_backup_is_one_file_beside_the_answers_that_says_when_and_why(path, store, beside):
    made = backups.make(path, NOW)
    assert made == backups.listed(path)[0]
    assert (made.at, made.reason, made.size) == (NOW, "asked-for", made.path.stat().st_size)
    assert beside() == ["backups/answers-2026-03-01T12-00-00Z-asked-for.sqlite3"]
    check(made.path, "it")
    assert made.path.read_bytes()[18:20] == b"\1\1"  # no write-ahead log: it can be read where nothing can be written
    copy = Store.open(shutil.copy(made.path, path.with_name("opened.sqlite3")))
    assert everything(copy) == everything(store)
    assert examine(copy) == []


def test_a_backup_is_the_file_as_it_was_while_others_go_on(path, store, hand):
    before = everything(store)
    with store.writing() as w:
        w.append(hand.attempt(Face("later"), w.token(Face("later"))))  # written, not yet committed
        made = backups.make(path, NOW)
    with store.hold():
        hand.answer(Face("another"))  # in the write-ahead log alone
        second = backups.make(path, NOW + HOUR)
        assert everything(Store(made.path, "local")) == before
        assert everything(Store(second.path, "local")) == everything(store)


def test_two_backups_of_one_second_are_two_files_the_later_one_first(path, store):
    made = [backups.make(path, NOW) for _ in range(3)]
    assert [backup.path for backup in backups.listed(path)] == [backup.path for backup in reversed(made)]
    assert backups.find(path, "newest") == made[-1].path
    assert backups.find(path, made[0].path.name) == made[0].path


def test_other_files_are_no_backups(path, store):
    other = Hand(Store.open(path.with_name("answers-b.sqlite3")))
    other.answer(Face("card"))
    backups.make(other.store.path, NOW)
    folder = path.parent / backups.FOLDER
    for name in ("answers-2026-13-01T12-00-00Z-daily.sqlite3", "answers-2026-03-01T12-00-00Z-daily.sqlite3.12.part"):
        (folder / name).touch()
    assert backups.listed(path) == []
    with pytest.raises(StoreError, match=r"no backup of .* yet"):
        backups.find(path, "newest")


def test_there_is_no_backup_of_no_answers(path):
    with pytest.raises(StoreError, match="no answers yet"):
        backups.make(path, NOW)
    assert not path.parent.exists()


def test_a_damaged_file_is_not_backed_up_and_its_backups_stay(path, store, hand, beside):
    for _ in range(40):
        hand.answer(Face("card"))
    backups.make(path, NOW - 400 * DAY)
    before = beside()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with pytest.raises(DamagedFile, match=r"answers.sqlite3 is damaged. Nothing was changed"):
        backups.make(path, NOW)
    assert beside() == before


def test_a_copy_to_a_place_of_ones_own_never_overwrites(path, store, tmp_path):
    to = tmp_path / "stick" / "mine.sqlite3"
    assert backups.make_at(path, to) == to
    before = to.read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        backups.make_at(path, to)
    assert to.read_bytes() == before
    assert backups.listed(path) == []


def test_what_a_migration_keeps_is_a_backup_and_is_made_like_one(path):
    with older(path, MIGRATIONS[:2]) as hand:
        hand.answer(Face("card"))
    Store.open(path)
    (kept,) = backups.listed(path)
    assert (kept.path.name, kept.reason) == ("answers-m002_confident_errors-1.sqlite3", "before-migration")
    check(kept.path, "it")


def test_the_daily_backup_is_made_once_a_study_day_and_of_answers_only(path):
    store = Store.open(path)
    zone = "Europe/Berlin"  # an hour ahead of UTC in January, two in summer
    assert backups.daily(store, zone, NOW) is None, "nothing was answered yet"
    Hand(store).answer(Face("card"))
    evening = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert backups.daily(store, zone, evening).reason == "daily"
    for later in (HOUR, 6 * HOUR):  # 22:00 and 3:00 by the wall clock: the same study day
        assert backups.daily(store, zone, evening + later) is None
    assert backups.daily(store, zone, evening + 7 * HOUR) is not None
    assert len(backups.listed(path)) == 2


def test_making_a_backup_prunes_and_sweeps_up_what_was_left_unfinished(path, store):
    old = [backups.make(path, NOW - 40 * DAY + hours * HOUR) for hours in range(3)]
    folder = path.parent / backups.FOLDER
    left = folder / "answers-2026-01-01T12-00-00Z-daily.sqlite3.1a.part"
    left.touch()
    foreign = folder / "letter.part"
    foreign.touch()
    backups.make(path, datetime.now(UTC) + 2 * DAY)
    assert [backup.path.exists() for backup in old] == [False, False, True]
    assert not left.exists()
    assert foreign.exists()


# --- which are kept ----------------------------------------------------------------------------


def made_at(*moments):
    return [Backup(Path(f"{number}"), at, "daily", 1) for number, at in enumerate(moments)]


ages = st.lists(st.floats(-5, 500).map(lambda days: NOW - timedelta(days=days)), max_size=60)


@given(ages)
def test_what_is_kept_and_what_goes(moments):
    given_ = made_at(*moments)
    gone = superfluous(given_, NOW)
    kept = [backup for backup in given_ if backup not in gone]
    assert len(kept) + len(gone) == len(given_)
    if given_:
        newest = max(given_, key=lambda backup: backup.at)
        assert newest in kept
        assert all(NOW - backup.at > 2 * DAY for backup in gone)
        middle = [backup for backup in given_ if 2 * DAY < NOW - backup.at <= 30 * DAY]
        per_day = Counter(backup.at.date() for backup in kept if backup in middle and backup != newest)
        assert set(per_day) | {newest.at.date()} >= {backup.at.date() for backup in middle}
        assert all(number == 1 for number in per_day.values())
        far = [backup for backup in given_ if 30 * DAY < NOW - backup.at <= 365 * DAY]
        per_month = Counter((b.at.year, b.at.month) for b in kept if b in far and b != newest)
        assert set(per_month) | {(newest.at.year, newest.at.month)} >= {(b.at.year, b.at.month) for b in far}
        assert all(number == 1 for number in per_month.values())
        assert all(backup == newest for backup in kept if NOW - backup.at > 365 * DAY)
    assert superfluous(kept, NOW) == [], "what was pruned once needs no pruning"


def test_two_years_of_daily_pruning_leave_what_was_promised():
    kept = []
    for day in range(730):
        now = NOW + day * DAY
        kept += made_at(now)
        gone = superfluous(kept, now)
        kept = [backup for backup in kept if backup not in gone]
    ages_ = [(now - backup.at) // DAY for backup in kept]
    assert sorted(ages_)[:31] == list(range(31))
    assert 11 <= len([age for age in ages_ if age > 30]) <= 13
    assert max(ages_) <= 365


def test_an_edition_changes_with_the_file_and_not_with_an_answer(path, store, hand):
    before = edition(path)
    hand.answer(Face("card"))
    assert edition(path) == before
    made = backups.make(path, NOW)
    hand.answer(Face("card"))
    backups.restore(path, made.path, NOW)
    assert edition(path) != before


def test_a_backup_that_was_put_in_place_by_hand_is_used_like_any_file(path, store):
    made = backups.make(path, NOW)
    other = path.with_name("by-hand.sqlite3")
    shutil.copy(made.path, other)
    reopened = Store.open(other)
    with closing(sqlite3.connect(other)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert everything(reopened) == everything(store)
