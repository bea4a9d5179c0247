"""Disks that are full, folders that may not be written: a sentence, and no answer lost."""

import os
import shutil
import subprocess

import pytest

from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from tests.store.hand import Hand
from tests.store.process import run

FACE = Face("why-separate-v")


NOBODY = """
import os
if os.geteuid() == 0:
    import attnquiz.store.doctor, sqlite_utils, encodings.idna  # what will be needed, while it may still be read
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""
TRY = """
def said(act):
    try:
        return act()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions are kept otherwise here")
def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)  # pytest's folders are the user's own, and root becomes nobody for this
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    code = NOBODY + TRY + "print(said(lambda: Store.open(Path(sys.argv[1]))))"
    assert run(code, closed / "answers.sqlite3").startswith("StoreError: ")
    assert run(code, closed / "deeper" / "answers.sqlite3").startswith("StoreError: ")
    assert list(closed.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are kept otherwise here")
@pytest.mark.parametrize(("of_file", "of_folder"), [(0o444, 0o777), (0o444, 0o555), (0o644, 0o555), (0o000, 0o777)])
def test_a_file_that_may_not_be_written_is_a_sentence(tmp_path, of_file, of_folder):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    path = tmp_path / "data" / "answers.sqlite3"
    Hand(Store.open(path)).answer(FACE)
    path.chmod(of_file)
    path.parent.chmod(of_folder)
    before = path.read_bytes() if os.geteuid() == 0 or of_file else b""
    said = run(NOBODY + TRY + "print(said(lambda: Store.open(Path(sys.argv[1]))))", path)
    path.parent.chmod(0o755)
    path.chmod(0o644)
    assert said.startswith("StoreError: ")
    assert str(path) in said
    assert path.read_bytes() == before or not before


FILL = """
import subprocess
from pathlib import Path
from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.store.doctor import examine
from tests.store.hand import Hand
from tests.store.process import run
store = Store.open(Path(sys.argv[1]))
hand, written = Hand(store), 0
FILL_UP
try:
    while written < 5000:
        hand.answer(Face(f"card-{written}"), answer="x" * 2000)
        written += 1
except StoreError as error:
    print(error)
MAKE_ROOM
with store.reading() as r:
    entries = list(r.entries())
print(len(r_reviews := [e for e in entries if e.kind == "review"]) == written, len(entries) - 2 * written in (0, 1))
print(examine(store))
hand.answer(Face("there-is-room-again"))
print(examine(store))
"""


def filled(code, path, before=()):
    first, second, *findings = run(code, path, before=before).splitlines()
    assert second == "True True", "every answer that was acknowledged is there, and half of none"
    assert findings == ["[]", "[]"]
    return first


def in_a_room_of_its_own(command):
    """Run a shell command where mounting is allowed and nobody else sees it; None where the system has no such room."""
    if shutil.which("unshare") is None:
        return None
    room = ["unshare", "-rm", "sh", "-c"]
    allowed = subprocess.run([*room, "mount -t tmpfs -o size=64k none /mnt"], capture_output=True, check=False)
    return [*room, command + ' && exec "$@"', "sh"] if allowed.returncode == 0 else None


@pytest.mark.skipif(os.name != "posix", reason="limits on files are set otherwise here")
def test_a_full_disk_is_a_sentence_and_loses_no_answer(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    room = in_a_room_of_its_own(f"mount -t tmpfs -o size=3m none '{disk}'")
    if room is None:
        pytest.skip("no disk of our own can be mounted here; the next test limits the file instead")
    code = FILL.replace("MAKE_ROOM", "ballast.unlink()").replace(
        "FILL_UP", "ballast = Path(sys.argv[1]).parent / 'ballast'; ballast.write_bytes(bytes(1_000_000))"
    )
    said = filled(code, disk / "answers.sqlite3", before=room)
    assert "is full" in said
    assert "Make room" in said


@pytest.mark.skipif(os.name != "posix", reason="limits on files are set otherwise here")
def test_a_file_that_may_not_grow_is_a_sentence_and_loses_no_answer(path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))"
    code = FILL.replace("MAKE_ROOM", "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)")
    assert "failed or is full" in filled(code.replace("FILL_UP", limit), path)


def test_a_disk_that_is_read_only_is_a_sentence(tmp_path):
    path = tmp_path / "disk" / "answers.sqlite3"
    Hand(Store.open(path)).answer(FACE)
    room = in_a_room_of_its_own(f"mount --bind -o ro '{path.parent}' '{path.parent}'")
    if room is None:
        pytest.skip("no disk can be mounted read-only here; permissions are tested above")
    said = run(TRY + "print(said(lambda: Store.open(Path(sys.argv[1]))))", path, before=room)
    assert said.startswith("StoreError: ")
    assert "read-only" in said
