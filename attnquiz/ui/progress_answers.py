"""The section about how questions are answered: buttons, time, what being sure is worth, numbers never met before."""

from dataclasses import replace

import pandas as pd

from attnquiz.charts.answered import buttons_chart
from attnquiz.charts.shares import shares_chart, times_chart
from attnquiz.measure import answered, calibration, took
from attnquiz.measure.proportion import Proportion, difference
from attnquiz.store.rollup import Measure
from attnquiz.ui import words
from attnquiz.ui.figure import Figure, too_few
from attnquiz.ui.progress import Seen

TOGETHER = "All of these"
SHARES = dict.fromkeys(("Share right", "Low end", "High end"), ".0%")
SAID = {"sure": "Sure", "unsure": "Not sure"}
NUMBERS = {"seen before": "Numbers met before", "new": "New numbers"}


def figures(seen: Seen) -> list[Figure]:
    return [buttons(seen), times(seen), learner(seen), transfer(seen)]


def buttons(seen: Seen) -> Figure:
    """How often each button was pressed."""
    frame = answered.buttons(seen.totals(Measure.ANSWERS))
    again = frame[frame.button == "Again"]
    told = [
        f"- **{row.group.capitalize()}:** {'Again ' if sample.enough else ''}{_share(sample)}"
        for row in again.itertuples()
        for sample in [Proportion(row.answers, row.of)]
    ]
    enough, names = frame.share.notna().any(), ["Cards", "Button", "Pressed", "Of", "Share"]
    return Figure(
        name="buttons",
        title="Answer buttons",
        about="How often you pressed each button. Learning: new cards, cards in their first steps, and cards learnt "
        "again. Young cards come back within three weeks, mature ones later.",
        sentence="\n".join(told),
        table=frame.assign(group=frame.group.str.capitalize()).set_axis(names, axis=1),
        chart=buttons_chart(frame.dropna(subset="share")) if enough else None,
        alt="Bars: the share of each button among learning, young and mature cards.",
        formats={"Share": ".0%"},
    )


def times(seen: Seen) -> Figure:
    """How long an answer takes, for each kind of card."""
    scope = seen.scope
    if scope.kind is not None:
        kinds = {words.KINDS.get(scope.kind, scope.kind): seen.totals(Measure.TOOK)}
    elif scope.concepts is not None:
        kinds = {TOGETHER: seen.totals(Measure.TOOK)}
    else:
        kinds = {name: seen.totals(Measure.TOOK, replace(scope, kind=kind)) for kind, name in words.KINDS.items()}
    frame = took.times(kinds)
    drawn = frame.dropna(subset="median")
    most = int(frame.answers.max()) if len(frame) else 0  # each kind must have enough of its own
    said = too_few(most, "timed answer")[:-1] + ("." if TOGETHER in kinds else " of one kind.")
    if len(drawn):
        slow, quick = drawn.iloc[0], drawn.iloc[-1]
        said = f"Slowest: {_half(slow)}." + (f" Quickest: {_half(quick)}." if len(drawn) > 1 else "")
    names = ["Kind", "Answers", "A quarter below", "Half below", "Three quarters below", "Minutes in all"]
    return Figure(
        name="times",
        title="Time for an answer",
        about="Seconds from the question to the answer. The point is the median: half of the answers took less. The "
        "bar holds the middle half. Times are kept in steps of about 20%, so the numbers are only so exact. With a "
        "deck or a concept chosen, all kinds are counted together.",
        sentence=said,
        table=frame.set_axis(names, axis=1),
        chart=times_chart(drawn.assign(label=_counted(drawn.kind, drawn.answers))) if len(drawn) else None,
        alt="Points: the median time for each kind of card; bars: the middle half.",
        formats=dict.fromkeys(names[2:5], ",.0f") | {"Minutes in all": ",.1f"},
    )


def learner(seen: Seen) -> Figure:
    """Whether being sure means being right."""
    totals = seen.totals(Measure.SURE)
    frame, samples = calibration.learner(totals), calibration.samples(totals, calibration.SAID)
    ends = ("When you are sure, you are right more often", "When you are sure, you are right less often")
    return _of_two(
        "sure", "Sure and right", frame, SAID, samples,
        about="Of the answers that were graded for you: how many were right when you said you were sure, and when not. "
        "A slip or a wrong answer is not right.",
        gap=_gap(*samples, ends),
        alt="The share right when you were sure and when you were not.",
    )  # fmt: skip


def transfer(seen: Seen) -> Figure:
    """Whether a card is known with other numbers too."""
    totals = seen.totals(Measure.VARIANT)
    frame, samples = calibration.transfer(totals), calibration.samples(totals, calibration.MET)
    ends = ("New numbers are harder for you", "New numbers are easier for you")
    return _of_two(
        "new-numbers", "The same question with new numbers", frame, NUMBERS, samples,
        about="Some cards change their numbers. Of the first answers of later days: how many were right with numbers "
        "that you had met before, and with new ones. A gap is a sign of answers known by heart; some of it comes from "
        "cards that were practised longer.",
        gap=_gap(*samples, ends),
        alt="The share right with numbers met before and with new ones.",
    )  # fmt: skip


def _of_two(
    name: str, title: str, frame: pd.DataFrame, said: dict[str, str], samples: list[Proportion], *, about: str,
    gap: str, alt: str,
) -> Figure:  # fmt: skip
    frame = frame.assign(**{frame.columns[0]: list(said.values())})
    frame = frame.rename(columns={frame.columns[0]: "what"})
    drawn = frame.dropna(subset="share")
    lines = [f"- **{label}:** {_share(sample)}" for label, sample in zip(said.values(), samples, strict=True)]
    names = ["What", "Answers", "Right", "Share right", "Low end", "High end"]
    return Figure(
        name=name,
        title=title,
        about=about,
        sentence="\n".join([*lines, *([f"- **Difference:** {gap}"] if gap else [])]),
        table=frame.set_axis(names, axis=1) if frame.n.any() else pd.DataFrame(),
        chart=shares_chart(drawn.assign(label=_counted(drawn.what, drawn.n)), "right") if len(drawn) else None,
        alt=alt,
        formats=SHARES,
    )


def _gap(one: Proportion, other: Proportion, ends: tuple[str, str]) -> str:
    """The difference of two shares in words; empty where one of them has too few answers."""
    if not (one.enough and other.enough):
        return ""
    low, high = difference(one, other)
    apart = one.share - other.share
    points, least, most = (round(100 * each) for each in (apart, low, high))  # a whole number is never −0
    about = f"about {points} {'point' if abs(points) == 1 else 'points'}"
    told = f"{about} (95% interval {least} to {most})".replace("-", "−")
    if low <= 0 <= high:
        return f"{told}. That may be chance: no difference can be told yet."
    return f"{told}. {ends[0] if apart > 0 else ends[1]}."


def _share(sample: Proportion) -> str:
    return f"{words.share(sample)}." if sample.enough else too_few(sample.n)


def _half(row: pd.Series) -> str:
    return f"{row.kind}, half of {row.answers:,} answers within {row['median']:.0f} seconds"


def _counted(names: pd.Series, numbers: pd.Series) -> list[str]:
    return [f"{name}: {n:,} answers" for name, n in zip(names, numbers, strict=True)]
