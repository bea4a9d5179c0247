"""Locks of a process on its file: none is lost by looking at the file in other ways.

POSIX takes away all locks that a process has on a file when it closes that file, however it had opened it. Another
program that closes last would then take the write-ahead log away while it is in use.
"""

from datetime import UTC, datetime

import pytest

from attnquiz.exchange import backups
from attnquiz.store import copying
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.store.process import run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def opened_again(path):
    Store.open(path)


def backed_up(path):
    backups.daily(Store.open(path), "UTC", NOW)


def restored(path):
    backups.restore(path, backups.make(path, NOW).path, NOW)


def looked_at(path):
    copying.edition(path)
    examine(Store(path, "local"))


@pytest.mark.parametrize("look", [opened_again, backed_up, restored, looked_at])
def test_another_program_that_closes_last_leaves_the_log_of_a_running_app_alone(tmp_path, look):
    path = tmp_path / "answers.sqlite3"
    with Store.open(path).hold():
        look(path)
        printed = run("with Store.open(Path(sys.argv[1])).reading() as r: print(list(r.entries()))", path)
        assert printed == "[]\n"
        assert path.with_name("answers.sqlite3-wal").exists()
