"""Is the file of answers in order, and what can be done about it."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from attnquiz import place
from attnquiz.commands.group import main

if TYPE_CHECKING:
    from attnquiz.store.database import Store


@main.command()
@click.option("--repair", is_flag=True, help="Rebuild what is derived from the log, after a backup.")
def doctor(repair: bool) -> int:
    """Replay the whole log, compare it with what is remembered, and check the file.

    With --repair, what is remembered and differs is rebuilt from the log. The log itself is never changed.
    Exit code: 0 healthy, 1 when something is wrong, or still is, 2 when the file cannot be read.
    """
    from attnquiz.store.database import Store
    from attnquiz.store.doctor import examine

    path = place.data_file(os.environ).absolute()
    if not path.exists():
        click.echo(f"There are no answers yet: {path} does not exist.")
        return 0
    store = Store.open(path)
    complaints = examine(store)
    if repair and complaints:
        complaints = _repaired(store, complaints)
    for complaint in complaints:
        click.echo(complaint)
    if not complaints:
        click.echo(f"Healthy: {path}")
    return int(bool(complaints))


def _repaired(store: "Store", before: list[str]) -> list[str]:
    """Mend what can be mended and say what that was; what is still wrong."""
    from attnquiz.errors import DamagedFile
    from attnquiz.exchange import backups
    from attnquiz.store.doctor import examine
    from attnquiz.store.repair import repair

    now = datetime.now(UTC)
    kept: list[list[backups.Backup]] = []  # one list, once something is about to be changed
    try:
        repair(store, lambda: kept.append(backups.keep_all(store.path, now, backups.REPAIR)))
    except DamagedFile as error:
        click.echo(str(error), err=True)
        return before
    after = examine(store)
    for complaint in before:
        if complaint not in after:
            click.echo(f"Mended: {complaint}")
    for made in kept:
        where = made[0].path if made else store.path.parent / backups.FOLDER  # the bytes of a damaged file
        click.echo(f"The file as it was before is kept in {where}.")
        backups.prune(store.path, now)
    if after:
        click.echo("What is left cannot be mended from the log, which is never changed: restore a backup.", err=True)
    return after
