"""Backups, the log for other programs, and deleting it all."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from attnquiz import place
from attnquiz.commands.group import main


def _file() -> Path:
    return place.data_file(os.environ).absolute()


def _now() -> datetime:
    return datetime.now(UTC)


@main.command()
@click.option("--to", type=click.Path(path_type=Path), help="Write it to this new file, which is never pruned.")
def backup(to: Path | None) -> int:
    """Back up the file of answers, and print where the backup is. The app may be running meanwhile."""
    from attnquiz.exchange import backups

    made = backups.make_at(_file(), to.expanduser().absolute()) if to else backups.make(_file(), _now()).path
    click.echo(made)
    return 0


@main.command("backups")
def list_backups() -> int:
    """List the backups, the newest first: name, time in UTC, size in bytes, why."""
    from attnquiz.exchange import backups

    found = backups.listed(_file())
    for each in found:
        click.echo(f"{each.path.name}  {each.at:%Y-%m-%d %H:%M}  {each.size:>12,}  {each.reason}")
    if not found:
        click.echo(f"There is no backup of {_file()} yet.", err=True)
    return 0


@main.command()
@click.argument("chosen", metavar="FILE|newest")
def restore(chosen: str) -> int:
    """Put a backup in the place of the file of answers, and print where the backup of what was there is.

    FILE is a path or a name that `backups` lists. The app may be running meanwhile.
    """
    from attnquiz.exchange import backups

    path = _file()
    file = backups.find(path, chosen)
    kept = backups.restore(path, file, _now())
    click.echo(f"Restored {file}.")
    if kept:
        click.echo(f"What was there before is kept in {kept.path}.")
    return 0


@main.command()
@click.option("--revlog", type=click.Path(path_type=Path), required=True, help="The CSV file to write.")
def export(revlog: Path) -> int:
    """Write the reviews as CSV, with the column names that the optimizer of FSRS reads."""
    from attnquiz.errors import StoreError
    from attnquiz.exchange.revlog import text
    from attnquiz.store.database import Store

    path = _file()
    if not path.exists():
        raise StoreError(f"There are no answers yet: {path} does not exist.")
    with Store.open(path).reading() as r:
        written = text(r.reviews())
    try:
        with revlog.open("x", encoding="utf-8", newline="") as file:
            file.write(written)
    except FileExistsError:
        raise StoreError(f"{revlog} is there already and was left as it is: choose another name.") from None
    except OSError as error:
        raise StoreError(f"{revlog} cannot be written ({error.strerror}): name another place.") from error
    click.echo(f"{written.count(chr(10)) - 1:,} reviews in {revlog}")
    return 0


@main.command()
@click.option("--backups", "backups_too", is_flag=True, help="Delete all backups as well: nothing is left then.")
def forget(backups_too: bool) -> int:
    """Delete my data: the file of answers. The word "delete" has to be typed. Your own decks stay."""
    from attnquiz.exchange import backups, forgetting

    path = _file()
    if not path.exists() and not (backups_too and backups.listed(path)):
        click.echo(f"There is nothing to delete: {path} does not exist.")
        return 0
    click.echo(f"This deletes {path}: every answer, and all that is known from them.", err=True)
    if backups_too:
        click.echo("All backups are deleted as well. It cannot be undone.", err=True)
        if path.exists() and click.confirm("Write a last backup to a place of your choice?", default=True, err=True):
            to = click.prompt("Where to", type=click.Path(path_type=Path), err=True)
            click.echo(backups.make_at(path, to.expanduser().absolute()))
    else:
        click.echo(f"A last backup is made first; `restore newest` brings it back from {path.parent}.", err=True)
    typed = click.prompt(f"Type {forgetting.WORD} to do it", default="", show_default=False, err=True)
    for file in forgetting.forget(path, typed, _now(), backups_too=backups_too):
        click.echo(f"Deleted {file}")
    return 0
