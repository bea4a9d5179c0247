"""Small turns of phrase that several pages share."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from attnquiz.measure.proportion import Proportion
from attnquiz.sandbox.written import plain

# How each kind of card is called.
KINDS = {
    "basic": "Question", "cloze": "Fill in the blank", "mc": "Multiple choice", "numeric": "Number", "shape": "Shape",
    "order": "Put in order", "code": "Code", "heatmap": "Attention map", "bug": "Find the bug",
    "explain": "Explanation", "experiment": "Experiment",
}  # fmt: skip


MARKS = re.compile(r"```\w*|`|\*\*|\\(?=[\[\]])")  # of code, of strong words, and of a blank


def wait(delta: timedelta) -> str:
    """How long until a card comes back, as short as a button wants it: "10 min", "3 d", "2.5 mo", "1.4 y"."""
    minutes = delta.total_seconds() / 60
    if minutes < 60:
        return f"{max(1, round(minutes))} min"
    if minutes < 24 * 60:
        return f"{round(minutes / 60)} h"
    days = minutes / (24 * 60)
    if days < 60:
        return f"{round(days)} d"
    if days < 365:
        return f"{days / 30.44:.1f} mo"
    return f"{days / 365.25:.1f} y"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """``count(1, "card")`` is "1 card", ``count(1234, "card")`` is "1,234 cards"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def share(sample: Proportion) -> str:
    """``91% of 1,234 (95% interval 89% to 93%)``; ask first whether there are enough."""
    low, high = sample.interval()
    return f"{sample.share:.0%} of {sample.n:,} (95% interval {low:.0%} to {high:.0%})"


def day(when: date, today: date) -> str:
    """A study day as one says it: "tomorrow", "on Friday", "on 3 December"."""
    ahead = (when - today).days
    if ahead == 1:
        return "tomorrow"
    if 1 < ahead < 7:
        return f"on {when:%A}"
    return f"on {when.day} {when:%B}" + (f" {when.year}" if when.year != today.year else "")


def day_past(when: date, today: date) -> str:
    """The same, looking back: "today", "yesterday", "on Friday", "on 3 December"."""
    ago = (today - when).days
    if ago < 2:
        return "today" if ago <= 0 else "yesterday"
    return f"on {when:%A}" if ago < 7 else day(when, today)


def line(text: str, longest: int) -> str:
    """The text on one line, cut where it is longer than so many characters."""
    said = " ".join(text.split())
    return said if len(said) <= longest else said[:longest].rstrip() + "…"


def label(text: str, longest: int = 90) -> str:
    """A question as the label of a link: on one line, without the marks of Markdown, and without any formatting."""
    return plain(line(MARKS.sub("", text), longest))


def markdown(text: str) -> str:
    """Deck text for ``st.markdown``: as written, but a picture stays a link, because nothing is fetched from afar."""
    return text.replace("![", "!\\[")


def source(written: str, references: Mapping[str, str]) -> str:
    """A card's source as one says it: authors, title and section instead of the short name and all of the reference."""
    said = []
    for part in filter(None, (part.strip() for part in written.split(";"))):
        name, _, where = part.partition(" ")
        if name == "computed":
            said.append("computed in the sandbox")
            continue
        pieces = references.get(name, name).split('"')
        title = f"{pieces[0]}“{pieces[1].rstrip(',')}”" if len(pieces) > 2 else pieces[0]
        said.append(f"{title}, {where}" if where else title)
    return "; ".join(said)
