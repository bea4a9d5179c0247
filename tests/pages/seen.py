"""What tests of pages do and look for: buttons by how their label starts, all that is said, entries of the log."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from attnquiz.ui.state import KEY


def count(db, kind):
    """How many entries of a kind the log has."""
    with closing(sqlite3.connect(db)) as file:
        return file.execute("select count(*) from log where kind = ?", [kind]).fetchone()[0]


def button(at, start):
    """The only button whose label starts like this."""
    found = [b for b in at.button if b.label.startswith(start)]
    assert len(found) == 1, [b.label for b in at.button]
    return found[0]


def labels(at):
    return [b.label for b in at.button]


def texts(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption, *at.info, *at.success, *at.error])


def read(at, seconds=1):
    """Let what is on the screen have been there for a second: a press sooner than after a third of one is taken for the
    second half of a double one, meant for what was there before, and a quick machine is as quick as that."""
    tab, since = at.session_state[KEY], datetime.now(UTC) - timedelta(seconds=seconds)
    if tab.drawn is not None:
        tab.drawn = tab.drawn[0], since
    if tab.menu_drawn is not None:
        tab.menu_drawn = since
    return at


def press(at, start):
    """Press a button of what has been read."""
    return _press(read(at), start)


def press_at_once(at, start):
    """The second half of a double press, on however slow a machine."""
    return _press(unread(at), start)


def unread(at):
    """Let what is on the screen have come up this very moment, for the next ten minutes."""
    return read(at, seconds=-600)


def _press(at, start):
    button(at, start).click().run()
    assert not at.exception
    return at
