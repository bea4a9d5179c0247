"""Backups: whole copies of the learner's file in the folder ``backups`` beside it, made, thinned out, restored."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from attnquiz.errors import DamagedFile, StoreError
from attnquiz.recall.day import ROLLOVER, study_day
from attnquiz.store import copying
from attnquiz.store.database import Store

DAILY, ASKED_FOR, RESTORE, MIGRATION = "daily", "asked-for", "before-restore", "before-migration"
FORGETTING, REPAIR = "before-deletion", "before-repair"
FOLDER = "backups"
ALL, A_DAY, A_MONTH = timedelta(days=2), timedelta(days=30), timedelta(days=365)
"""How long all backups are kept, then one of each day, then one of each month."""
_UNFINISHED = timedelta(days=1)  # nothing takes that long
_STAMP = "%Y-%m-%dT%H-%M-%SZ"  # colons are not allowed in names on Windows
_NAME = r"(?P<at>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)-(?P<reason>[a-z]+(-[a-z]+)*)(-\d+)?"
_MIGRATED = r"m\d{3}_[a-z_]+-\d+"  # what a migration keeps, beside the file itself


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the file: when it was made, why, and how many bytes it has."""

    path: Path
    at: datetime
    reason: str
    size: int


def listed(path: Path) -> list[Backup]:
    """The backups of the file at ``path``, the newest first."""
    found = [*_found(path, path.parent / FOLDER, _NAME), *_found(path, path.parent, _MIGRATED)]
    return [backup for *_, backup in sorted(found, key=lambda each: each[:2], reverse=True)]


def _found(path: Path, folder: Path, pattern: str) -> list[tuple[datetime, int, Backup]]:
    """With what puts them in order: names know seconds, and the disk knows more."""
    named = re.compile(f"{re.escape(path.stem)}-{pattern}{re.escape(path.suffix)}")
    backups = []
    for file in folder.iterdir() if folder.is_dir() else ():
        match = named.fullmatch(file.name)
        if match is None or not file.is_file():
            continue
        said, stat = match.groupdict(), file.stat()
        try:
            at = datetime.strptime(said["at"], _STAMP).replace(tzinfo=UTC) if said else _instant(stat.st_mtime)
        except ValueError:  # there is no such date: somebody else's file
            continue
        backups.append((at, stat.st_mtime_ns, Backup(file, at, said.get("reason", MIGRATION), stat.st_size)))
    return backups


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def make(path: Path, now: datetime, reason: str = ASKED_FOR) -> Backup:
    """Back up the file as it stands, while others go on writing; then let go what is too old to be kept."""
    backup = _made(path, now, reason)
    prune(path, now)
    return backup


def make_at(path: Path, to: Path) -> Path:
    """Copy the file as it stands to the new file ``to``, wherever that is; it is nobody's to delete."""
    _check_there(path)
    copying.copy(path, to)
    return to


def _check_there(path: Path) -> None:
    if not path.exists():
        raise StoreError(f"There are no answers yet: {path} does not exist.")


def _made(path: Path, now: datetime, reason: str) -> Backup:
    _check_there(path)
    to = _free(path, f"{now.astimezone(UTC).strftime(_STAMP)}-{reason}", path.suffix)
    copying.copy(path, to)
    return Backup(to, now, reason, to.stat().st_size)


def _free(path: Path, name: str, suffix: str) -> Path:
    """A name in the folder of backups that no file has."""
    to, counter = path.parent / FOLDER / f"{path.stem}-{name}{suffix}", 1
    while to.exists():
        counter += 1
        to = to.with_name(f"{path.stem}-{name}-{counter}{suffix}")
    return to


def daily(store: Store, zone: str, now: datetime) -> Backup | None:
    """The backup of this study day, unless there is one, or nothing has been answered yet."""
    with store.reading() as r:
        if r.zone() is None:
            return None
        rollover = int(r.settings().get("rollover", ROLLOVER))
    today = study_day(now, zone, rollover)
    if any(each.reason == DAILY and study_day(each.at, zone, rollover) >= today for each in listed(store.path)):
        return None
    return make(store.path, now, DAILY)


def prune(path: Path, now: datetime) -> list[Backup]:
    """Delete the backups that are too old to be kept, and what a process that was killed left unfinished."""
    gone = superfluous(listed(path), now)
    for backup in gone:
        backup.path.unlink(missing_ok=True)
    for left in belonging(path):
        unfinished = copying.PART in left.name or left.is_dir()
        if unfinished and _instant(left.stat().st_mtime) < now - _UNFINISHED:
            delete(left)
    return gone


def belonging(path: Path) -> list[Path]:
    """Everything in the folder of backups that was made for the file at ``path``, unfinished and damaged ones too."""
    folder, named = path.parent / FOLDER, re.compile(rf"{re.escape(path.stem)}-\d{{4}}-\d\d-\d\dT.*")
    return [file for file in folder.iterdir() if named.fullmatch(file.name)] if folder.is_dir() else []


def delete(file: Path) -> None:
    if file.is_dir():
        shutil.rmtree(file, ignore_errors=True)
    else:
        file.unlink(missing_ok=True)


def superfluous(backups: Iterable[Backup], now: datetime) -> list[Backup]:
    """Which of them need not be kept: all of the last two days stay, the latest of each day of the last 30, the latest
    of each month of the last year, and always the newest."""
    newest_first = sorted(backups, key=lambda backup: backup.at, reverse=True)  # among equals, as they come
    gone: list[Backup] = []
    seen: set[tuple[str, date]] = set()
    for backup in newest_first[1:]:
        age, day = now - backup.at, backup.at.astimezone(UTC).date()
        period = ("day", day) if age <= A_DAY else ("month", day.replace(day=1))
        if age > ALL:
            if age > A_MONTH or period in seen:
                gone.append(backup)
            seen.add(period)
    return gone


def find(path: Path, named: str) -> Path:
    """The file that somebody names: ``newest``, the name of a backup, or any path."""
    backups = listed(path)
    if named == "newest":
        if not backups:
            raise StoreError(f"There is no backup of {path} yet: make one, or name a file.")
        return backups[0].path
    return next((backup.path for backup in backups if backup.path.name == named), Path(named).expanduser().absolute())


def restore(path: Path, chosen: Path, now: datetime) -> Backup | None:
    """Put the backup ``chosen`` in the place of the file at ``path``; the backup that was made of what was there.

    What was there is backed up while nobody can write, so not even an answer of this moment is lost. None where there
    was nothing, or nothing had been answered. Raises StoreError, and changes nothing, for a file that is no backup.
    """
    if not chosen.is_file():
        raise StoreError(f"There is no file {chosen}: choose a backup. Nothing was changed.")
    if path.exists() and chosen.samefile(path):
        raise StoreError(f"{chosen} is the file of answers itself: choose a backup. Nothing was changed.")
    kept: list[Backup] = []
    held = path.exists() and path.stat().st_size > 0
    there = path.parent / FOLDER
    there.mkdir(parents=True, exist_ok=True)
    prefix = f"{path.stem}-{now.astimezone(UTC).strftime(_STAMP)}-restoring-"

    def keep() -> None:
        if held and not copying.is_empty(path):
            kept.extend(keep_all(path, now, RESTORE))

    with TemporaryDirectory(prefix=prefix, dir=there) as folder:
        staged = Path(folder) / path.name
        copying.stage(chosen, staged, like=path)
        copying.put(staged, path, keep)
    prune(path, now)
    return kept[0] if kept else None


def keep_all(path: Path, now: datetime, reason: str) -> list[Backup]:
    """A backup of the file, or, where it is damaged, its bytes as they are. Call it while nobody else can write."""
    try:
        return [_made(path, now, reason)]
    except DamagedFile:
        for suffix in ("", "-wal"):
            file = path.with_name(path.name + suffix)
            if file.exists() and file.stat().st_size:
                name = f"{now.astimezone(UTC).strftime(_STAMP)}-damaged"
                _copy_bytes(file, _free(path, name, f"{path.suffix}{suffix}.kept"))
        return []


def _copy_bytes(file: Path, to: Path) -> None:
    """In a process of its own: whoever opens and closes a file itself takes away all locks of its process on it."""
    copy = "import shutil, sys; shutil.copyfile(*sys.argv[1:])"
    subprocess.run([sys.executable, "-I", "-c", copy, file, to], check=True)
