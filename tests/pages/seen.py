"""What tests of pages look for: buttons by how their label starts, all that is said, entries of the log."""

import sqlite3
from contextlib import closing


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
