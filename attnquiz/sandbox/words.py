"""Own text to tokens: whole words and signs of punctuation. A shortcut, and pages say so: real models cut finer."""

import unicodedata
from functools import lru_cache

from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MOST_TOKENS

LONGEST_WORD = 40
LONGEST_TEXT = 20_000
PAD = "[pad]"
_JOINERS = "\u200c\u200d"  # keep letters of Persian and Indic scripts, and families of emoji, together
_INSIDE_WORDS = "'’-"


@lru_cache(maxsize=64)  # an Experiment asks for its tokens again and again
def words(text: str) -> tuple[str, ...]:
    """The tokens of a text, in order; SandboxError when there are none or too many."""
    if len(text) > LONGEST_TEXT:
        raise SandboxError(
            f"The text has {len(text):,} characters; the sandbox takes at most {LONGEST_TEXT:,}. Shorten it."
        )
    found = _cut(unicodedata.normalize("NFC", text))
    if not found:
        raise SandboxError("The text has no words. Type at least one word to attend to.")
    if len(found) > MOST_TOKENS:
        raise SandboxError(
            f"The text has {len(found)} words and signs; the sandbox shows at most {MOST_TOKENS} tokens. "
            f"Leave out {len(found) - MOST_TOKENS}."
        )
    longest = max(found, key=len)
    if len(longest) > LONGEST_WORD:
        raise SandboxError(
            f"The word {longest[:12]}... has {len(longest)} characters; the longest allowed has {LONGEST_WORD}. "
            "Put spaces into it."
        )
    return found


def _cut(text: str) -> tuple[str, ...]:
    """Runs of letters and digits, runs of symbols, single signs of punctuation; spaces and controls fall away."""
    pieces: list[tuple[str, str]] = []
    for position, character in enumerate(text):
        sort, (before, piece) = _sort(character), pieces[-1] if pieces else ("space", "")
        joined = before != "space" and piece[-1] in _JOINERS
        inside = sort == "word" and before == "word"
        bridge = before == "word" and character in _INSIDE_WORDS and _sort(text[position + 1 : position + 2]) == "word"
        if before != "space" and (sort == "extend" or joined or inside or bridge or (sort == before == "symbol")):
            pieces[-1] = (before, piece + character)
        else:
            pieces.append(("word" if sort == "extend" else sort, character))
    return tuple(piece.strip(_JOINERS) for sort, piece in pieces if sort != "space" and piece.strip(_JOINERS))


def _sort(character: str) -> str:
    if not character or character.isspace():
        return "space"
    if character in _JOINERS:
        return "extend"
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs"):  # controls, invisible marks of direction, halves of characters
        return "space"
    if category[0] == "M" or category == "Sk":  # accents, vowel signs, skin tones
        return "extend"
    return {"P": "point", "S": "symbol"}.get(category[0], "word")
