"""Cloze texts as Markdown: a blank has to survive bold text, code and formulas, and links that look like it."""

import re
from enum import Enum, auto

from attnquiz.cards.card import Card, Deletion
from attnquiz.errors import AttnquizError

SPAN = re.compile(
    r"(?P<code>(?P<fence>`+)(?!`).+?(?<!`)(?P=fence)(?!`))|(?<!\\)(?P<maths>\$\$.+?\$\$|\$[^$\n]+?\$)",
    re.DOTALL,
)


class Setting(Enum):
    """What a deletion stands in."""

    PROSE = auto()
    CODE = auto()
    MATHS = auto()


def together(card: Card, deletion: int) -> list[Deletion]:
    """The blanks that are hidden together under one number. Raises AttnquizError when there is none."""
    found = [part for part in _deletions(card) if part.number == deletion]
    if not found:
        raise AttnquizError(f"{card.id} has no deletion {deletion}.")
    return found


def with_blanks(card: Card, deletion: int) -> str:
    """The sentence with the deletions numbered ``deletion`` hidden and all others shown.

    Several blanks hidden together are numbered, so that it is clear in which order to answer.
    """
    several = len(together(card, deletion)) > 1
    parts, settings = card.body.parts, iter(_settings(card))
    text, count = "", 0
    for part, after in zip(parts, (*parts[1:], ""), strict=True):
        setting = Setting.PROSE if isinstance(part, str) else next(settings)
        if isinstance(part, str):
            text += part
        elif part.number != deletion:
            text += part.hidden
        else:
            count += 1
            touched = text[-1:].isalnum() or (isinstance(after, str) and after[:1].isalnum())
            text += _blank(setting, str(count) if several else "", part.hint, bold=not touched)
    return text


def hidden_text(card: Card, deletion: int) -> str:
    """What the blanks hide, in order, with ; between them; once if it is the same everywhere."""
    together(card, deletion)
    dress = {Setting.PROSE: "{}", Setting.CODE: "`{}`", Setting.MATHS: "${}$"}
    found = zip(_deletions(card), _settings(card), strict=True)
    texts = [dress[setting].format(part.hidden) for part, setting in found if part.number == deletion]
    return texts[0] if len(set(texts)) == 1 else "; ".join(texts)


def _blank(setting: Setting, number: str, hint: str, *, bold: bool) -> str:
    """Stars make bold only where no letter touches them."""
    inner = f"{number} …".strip()
    if setting is Setting.CODE:
        return f"[ {inner} {hint} ]".replace("  ", " ")
    if setting is Setting.MATHS:
        said = r"\ \text{" + hint + "}" if hint else ""
        return rf"\boxed{{{number}\ldots{said}}}"
    bracket = rf"\[ {inner} \]"  # escaped: [ ... ](x) would be a link
    return (f"**{bracket}**" if bold else bracket) + (f" ({hint})" if hint else "")


def _settings(card: Card) -> list[Setting]:
    """What each deletion stands in, in order."""
    text, starts = "", []
    for part in card.body.parts:
        if isinstance(part, Deletion):
            starts.append((len(text), len(text) + len(part.hidden)))
        text += part.hidden if isinstance(part, Deletion) else part
    spans = [(span.start(), span.end(), span["code"] is not None) for span in SPAN.finditer(text)]
    found = []
    for start, end in starts:
        around = [code for first, last, code in spans if first < start and end < last]
        found.append(Setting.PROSE if not around else Setting.CODE if around[0] else Setting.MATHS)
    return found


def _deletions(card: Card) -> list[Deletion]:
    return [part for part in card.body.parts if isinstance(part, Deletion)]
