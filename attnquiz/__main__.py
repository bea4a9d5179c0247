"""The command line: ``python -m attnquiz check | coverage | try | trace | stats | simulate``, and what
``attnquiz/commands`` adds: ``doctor | fit | exam | backup | backups | restore | export | forget``.

What cannot be done is one sentence on stderr and exit code 2, and nothing is written.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from attnquiz import __version__, place
from attnquiz.commands import doctor, exam, fit, keeping  # noqa: F401  their commands join the group
from attnquiz.commands.group import main
from attnquiz.errors import AttnquizError


@main.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people or machines.")
@click.option(
    "--corpus", type=click.Path(path_type=Path), multiple=True,
    help="A text, or a folder of .txt, that no card may copy from (L23). May be given several times.",
)  # fmt: skip
@click.option("--report", is_flag=True, help="Say what the cards are like, in numbers, after what is wrong with them.")
def check(path: Path | None, form: str, corpus: tuple[Path, ...], report: bool) -> int:
    """Read decks and report what is wrong with them, one finding a line; docs/lint.md lists the rules.

    PATH is a deck file or a folder; without it the shipped content is read.
    Exit code: 0 without errors (warnings may be left), 1 when there are errors, 2 when something cannot be read.
    """
    from attnquiz.cards.check import check as examine
    from attnquiz.cards.collection import shipped

    findings = examine(path if path is not None else shipped(), corpus, _refused)
    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, default=str))
    else:
        for finding in findings:
            click.echo(str(finding))
        if findings:
            click.echo(_count([finding.severity for finding in findings]), err=True)
    if report:
        _report(path, corpus)
    return int(any(finding.severity == "E" for finding in findings))


def _report(path: Path | None, corpus: tuple[Path, ...]) -> None:
    from attnquiz.cards.collection import load, shipped
    from attnquiz.cards.lint_overlap import texts
    from attnquiz.cards.report import report

    for line in report(load(path if path is not None else shipped()), texts(corpus)):
        click.echo(line)


def _refused(name: str, arguments: Mapping[str, str]) -> str | None:
    """Why the sandbox cannot open a state that a card names; None where it can."""
    from attnquiz.sandbox.address import from_query

    try:
        from_query({**arguments, "experiment": name})
    except AttnquizError as error:
        return str(error)
    return None


def _count(severities: list[str]) -> str:
    """``1 error, 2 warnings``."""
    named = [("E", "error"), ("W", "warning"), ("I", "remark")]
    numbers = [(severities.count(letter), name) for letter, name in named]
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in numbers if n)


@main.command()
def coverage() -> int:
    """Print what the course has to answer and where it does: docs/coverage.md as content/coverage.md would have it."""
    from attnquiz import frontmatter
    from attnquiz.cards.collection import shipped
    from attnquiz.cards.coverage import document, parse_coverage

    path = shipped() / "coverage.md"
    for line in document(parse_coverage(frontmatter.read(path), path).values()):
        click.echo(line)
    return 0


@main.command("try")
@click.argument("card")
@click.option("--answer", required=True, help="What a learner might type.")
@click.option("--variant", default=0, show_default=True, help="Which variant, from 0; for a cloze, which deletion.")
@click.option("--deck", type=click.Path(path_type=Path), help="A deck file or folder instead of the shipped cards.")
def attempt(card: str, answer: str, variant: int, deck: Path | None) -> int:
    """Grade one answer to CARD and print the result as JSON. Nothing is written down.

    \b
    mc, experiment  the letter before shuffling (B) or the option's text
    order           the numbers of the steps as written: 2 1 3
    heatmap         query,key by token or number from 0 (curry,Thai or 4,3); row curry; column Thai
    code            what belongs into the gap
    bug             LINE: fix, such as 3: y = x + 1; 0 where there is no bug
    explain, basic  anything: only the learner can judge it
    """
    from attnquiz.study.trial import trial

    click.echo(json.dumps(trial(card, answer, variant, deck), ensure_ascii=False))
    return 0


@main.command()
@click.argument("source", metavar="FILE.json|EXPERIMENT")
@click.option("--json", "as_json", is_flag=True, help="Every stage in full, as one JSON object.")
def trace(source: str, as_json: bool) -> int:
    """Compute one attention layer and print every stage."""
    from attnquiz.attention.threads import ENVIRONMENT

    for name, value in ENVIRONMENT.items():  # before torch is imported
        os.environ.setdefault(name, value)
    from attnquiz.sandbox import tracefile

    traced = tracefile.trace(source)
    click.echo(json.dumps(traced) if as_json else tracefile.summary(traced))
    return 0


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def stats(as_json: bool) -> int:
    """Progress in numbers: what is due, what has been seen, how much was remembered."""
    numbers = _numbers(place.data_file(os.environ), place.own_decks(os.environ), datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(numbers))
    else:
        for name, value in numbers.items():
            click.echo(f"{name.replace('_', ' ')}: {'not enough data yet' if value is None else value}")
    return 0


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--days", type=click.IntRange(1, 36_500), help="How long. [365; with --reviews at most 3650]")
@click.option("--reviews", type=click.IntRange(1), help="End after so many.")
@click.option("--learner", type=click.Choice(["spread", "fsrs", "power"]), default="spread", show_default=True,
              help="How forgetting works: as FSRS thinks, but each card harder or easier; just so; by another law.")
@click.option("--seed", default=0, show_default=True, help="The same seed writes the same answers.")
@click.option("--cards", type=click.IntRange(1, 100_000), help="So many made-up cards instead of the shipped ones.")
@click.option("--retention", type=click.FloatRange(0.7, 0.99), default=0.9, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day after the last one. [today]")
@click.option("--zone", default="UTC", show_default=True, help="Time zone, such as Europe/Berlin.")
def simulate(
    file: Path, days: int | None, reviews: int | None, learner: str, seed: int, cards: int | None, retention: float,
    until: datetime | None, zone: str,
) -> int:  # fmt: skip
    """Make up a learner, and write what they would have answered into the new FILE.

    For trying the app out, and for benches: let ATTNQUIZ_DB name the file. Nobody learnt anything in it.
    """
    from attnquiz.recall.day import study_day
    from attnquiz.study.simulated import planned, simulate

    days = days or (3650 if reviews else 365)
    end = until.date() if until else study_day(datetime.now(UTC), zone)
    plan = planned(
        file, end - timedelta(days=days), days, law=learner, reviews=reviews, seed=seed, cards=cards,
        retention=retention, zone=zone, app_version=__version__,
    )  # fmt: skip
    begun, kept = time.perf_counter(), (0, 0)
    with click.progressbar(length=reviews or days, label="Studying", file=sys.stderr) as bar:
        for done in simulate(plan):
            bar.update(done[0 if reviews else 1] - kept[0 if reviews else 1])
            kept = done
    took = time.perf_counter() - begun
    each = 1e6 * took / max(1, kept[0])
    click.echo(f"{kept[0]:,} reviews on {kept[1]:,} days, in {took:.1f} s ({each:.0f} µs each).")
    if reviews and kept[0] < reviews:
        click.echo(f"That is all in {days} days: ask for more days, cards or retention.")
    click.echo(f"Look at it: ATTNQUIZ_DB={file} python run.py")
    return 0


def _numbers(path: Path, decks: Path, now: datetime) -> dict[str, int | float | None]:
    """What the progress page says, as plain numbers. A share is None where there are too few answers."""
    from tempfile import TemporaryDirectory

    from attnquiz.cards.collection import load, shipped
    from attnquiz.measure.retention import retention
    from attnquiz.store.database import Store
    from attnquiz.store.rollup import Measure
    from attnquiz.study.outlook import look

    with TemporaryDirectory() as nowhere:  # before the first answer there is no file, and asking makes none
        store = Store.open(path if path.exists() else Path(nowhere) / path.name)
        with store.reading() as r:
            kept, zone = retention(r.tallies(Measure.RETAINED)).recalled, r.zone() or "UTC"
            reviews = sum(total.n for total in r.totals(Measure.ANSWERS).values())
        ahead = look(store, load(shipped(), decks), zone, now)
    learning, due, new = ahead.queue.counts()
    return {
        "faces": ahead.faces,
        "seen": ahead.seen,
        "due_now": due + learning,
        "ready_to_learn": new,
        "answered_today": ahead.reviewed_today,
        "reviews": reviews,
        "concepts": len(ahead.masteries),
        "concepts_known": sum(mastery.known for mastery in ahead.masteries.values()),
        "retention": kept.share if kept.enough else None,
        "retention_sample": kept.n,
    }


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        return int(main.main(args=arguments, prog_name="attnquiz", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
    except click.Abort:
        click.echo("Stopped.", err=True)
    except AttnquizError as error:
        click.echo(" ".join(str(error).split()), err=True)
    return 2


if __name__ == "__main__":
    sys.exit(run())
