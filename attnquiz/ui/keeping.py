"""Backups of the learner's answers, the way back to one, the answers for other programs, and deleting them."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec
from zoneinfo import ZoneInfo

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.exchange import backups as copies
from attnquiz.exchange import forgetting, revlog
from attnquiz.exchange.backups import Backup
from attnquiz.recall.day import study_day
from attnquiz.sandbox.written import plain
from attnquiz.store.copying import edition
from attnquiz.store.database import Store
from attnquiz.ui import place, words
from attnquiz.ui.state import about, held, hold

HOUR = 3600.0  # seconds after which a server looks again whether a study day has begun
LARGEST = 200  # megabytes that may be uploaded
SAID, ASKED, UPLOADED, TYPED, ALL_OF_IT = "kept-said", "kept-asked", "kept-upload", "kept-typed", "kept-backups-too"
CHOSEN = "kept-chosen"
WHY = {
    copies.DAILY: "daily", copies.ASKED_FOR: "by you", copies.RESTORE: "before a restore",
    copies.MIGRATION: "before an update", copies.FORGETTING: "before a deletion", copies.REPAIR: "before a repair",
}  # fmt: skip
SQLITE, CSV = "application/vnd.sqlite3", "text/csv"
P = ParamSpec("P")


class _Watch:
    """What one server knows of the daily backup: when it looked, and what stood in the way."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.looked: dict[Path, float] = {}
        self.trouble: dict[Path, str] = {}

    def is_time(self, path: Path, seconds: float) -> bool:
        """True for one of all tabs, once an hour."""
        with self.lock:
            last = self.looked.get(path)
            if last is not None and seconds - last < HOUR:
                return False
            self.looked[path] = seconds
            return True


@st.cache_resource(show_spinner=False)
def _watch() -> _Watch:
    return _Watch()


def notice() -> None:
    """Let go of what this tab has in hand if it is about a file that was replaced since."""
    path = place.file()
    if path.exists():
        with suppress(AttnquizError, OSError):  # whoever needs the file says what is wrong with it
            about(edition(path))


def daily(then: Callable[[Path, str, datetime], None]) -> None:
    """Have the file backed up, once a study day, and ``then`` do what else is time for. A thread of its own does it: no
    page waits."""
    path = place.file()
    if path.exists() and _watch().is_time(path, place.seconds()):
        work = partial(_backed_up, path, place.zone(), place.now(), _watch(), then)
        threading.Thread(target=work, name="daily backup", daemon=True).start()


def _backed_up(
    path: Path, zone: str, now: datetime, watch: _Watch, then: Callable[[Path, str, datetime], None]
) -> None:
    try:
        copies.daily(Store.open(path), zone, now)
        watch.trouble.pop(path, None)
    except (AttnquizError, OSError) as error:
        watch.trouble[path] = str(error)
    with suppress(AttnquizError, OSError):  # the Settings page will say it
        then(path, zone, now)


def _told(callback: Callable[P, str]) -> Callable[P, None]:
    """A callback that says below the title what it did or could not do."""

    @wraps(callback)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        hold(ASKED, "")
        try:
            hold(SAID, (True, callback(*args, **kwargs)))
        except AttnquizError as error:
            hold(SAID, (False, str(error)))

    return told


def backups() -> None:
    """What there is, with age and size; and the ways to make, take away and restore one."""
    st.header("Backups", anchor=False)
    _said()
    path = place.file()
    found = copies.listed(path)
    if sentence := _watch().trouble.get(path):
        st.warning(f"The daily backup could not be made. {plain(sentence)}")
    st.markdown(
        "Your answers are backed up once a day, and before anything large. Of the last two days every backup is kept, "
        "then one a day for a month, then one a month for a year."
    )
    st.button("Back up now", key="kept-now", icon=":material/save:", on_click=_made)
    if found:
        _choose(found)
        total = _size(sum(backup.size for backup in found))
        st.caption(f"{words.count(len(found), 'backup')}, {total} in all, in {plain(str(path.parent / copies.FOLDER))}")
    else:
        st.caption("There is no backup yet.")
    _from_a_file()


def _said() -> None:
    if told := held(SAID):
        hold(SAID, None)
        done, sentence = told
        with st.container(key="said-kept"):
            (st.success if done else st.error)(plain(sentence))


def _choose(found: list[Backup]) -> None:
    by_name = {backup.path.name: backup for backup in found}
    if held(CHOSEN) not in by_name:
        hold(CHOSEN, found[0].path.name)
    lines = {name: _line(backup) for name, backup in by_name.items()}
    name = st.selectbox("A backup", lines, format_func=lines.__getitem__, key=CHOSEN)
    chosen = by_name[name]
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Download", chosen.path.read_bytes, file_name=chosen.path.name, mime=SQLITE, key="kept-download",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.button("Restore", key="kept-ask", icon=":material/settings_backup_restore:", on_click=_asked, args=(name,))
    if held(ASKED) == chosen.path.name:
        with st.container(border=True):
            st.markdown(
                f"Go back to the backup of **{_when(chosen.at)}**? What was answered since then no longer counts. Your "
                "answers as they are now are backed up first, so you can come back to them."
            )
            with st.container(horizontal=True, gap="small"):
                st.button("Yes, restore it", key="kept-yes", type="primary", on_click=_restored, args=(chosen,))
                st.button("No", key="kept-no", on_click=_asked, args=("",))


def _from_a_file() -> None:
    opened = st.expander("Restore from a file", icon=":material/upload:", on_change="rerun", key="kept-from-file")
    if not opened.open:
        return
    with opened:
        given = st.file_uploader(
            "A backup that you downloaded", key=UPLOADED, max_upload_size=LARGEST,
            help="A larger one can be restored on the command line: python -m attnquiz restore FILE",
        )  # fmt: skip
        if given is not None:
            st.markdown(
                "Your answers become those of this file. As they are now they are backed up first, so you can come "
                "back to them."
            )
            st.button("Restore this file", key="kept-upload-yes", type="primary", on_click=_restored_upload)


def table() -> None:
    """The reviews for other programs."""
    st.header("Your answers as a table", anchor=False)
    st.markdown(
        "Every review in one CSV file. The column names are those that the optimizer of FSRS reads: `card_id`, "
        "`review_time`, `review_rating`, `review_state`, `review_duration`."
    )
    st.download_button(
        "CSV", _csv, file_name="attnquiz-reviews.csv", mime=CSV, key="kept-csv", icon=":material/download:",
        on_click="ignore",
    )  # fmt: skip


def _csv() -> bytes:
    with place.store().reading() as r:
        return revlog.text(r.reviews()).encode()


def deletion() -> None:
    """Delete my data: a copy first, then the word."""
    st.header("Delete my data", anchor=False)
    opened = st.expander("Delete all of my answers", icon=":material/delete:", on_change="rerun", key="kept-deletion")
    if not opened.open:
        return
    with opened:
        path = place.file()
        st.markdown("Every answer goes, and all that is known from them. Decks that you wrote stay.")
        st.download_button(
            "Download a copy first", _copied, file_name=path.name, mime=SQLITE, key="kept-copy",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        everything = st.checkbox("Delete the backups, too", key=ALL_OF_IT)
        st.caption(
            "Nothing is left then, and nothing brings it back."
            if everything
            else "A last backup is made, and all backups stay: with one of them you can come back."
        )
        with st.form("kept-forget", border=False):
            st.text_input(f"Type the word {forgetting.WORD}", key=TYPED, autocomplete="off")
            st.form_submit_button("Delete my data", icon=":material/delete:", on_click=_forgotten)


def _copied() -> bytes:
    path = place.file()
    with TemporaryDirectory() as folder:
        return copies.make_at(path, Path(folder) / path.name).read_bytes()


def _asked(name: str) -> None:
    hold(ASKED, name)


@_told
def _made() -> str:
    copies.make(place.file(), place.now())
    return "Your answers are backed up."


@_told
def _restored(backup: Backup) -> str:
    copies.restore(place.file(), backup.path, place.now())
    return f"Your answers are those of {_when(backup.at)} again. What was there before is in the list of backups."


@_told
def _restored_upload() -> str:
    given = held(UPLOADED)
    if given is None:
        return "Choose a file first."
    with TemporaryDirectory() as folder:
        file = Path(folder) / "The file"  # what it is called is somebody else's choice
        file.write_bytes(given.getbuffer())
        copies.restore(place.file(), file, place.now())
    return "Your answers are those of the file now. What was there before is in the list of backups."


@_told
def _forgotten() -> str:
    path, everything = place.file(), bool(held(ALL_OF_IT))
    typed = str(held(TYPED) or "")
    place.let_go()
    forgetting.forget(path, typed, place.now(), backups_too=everything)
    return "Your answers are deleted." + ("" if everything else " A last backup of them is in the list.")


def _line(backup: Backup) -> str:
    return f"{_when(backup.at)} · {WHY.get(backup.reason, backup.reason)} · {_size(backup.size)}"


def _when(at: datetime) -> str:
    """``today at 14:32``, by the learner's clock."""
    zone = place.zone()
    there = at.astimezone(ZoneInfo(zone))
    today = study_day(place.now(), zone, 0)
    return f"{words.day_past(there.date(), today)} at {there:%H:%M}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
