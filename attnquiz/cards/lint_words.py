"""Counting and comparing words in the texts of cards: what the rules about wording stand on."""

import re

from attnquiz.cards.card import Card, Cloze, Deletion
from attnquiz.cards.fences import code_lines
from attnquiz.cards.holes import HOLE
from attnquiz.cards.raw import RawCard

SPECIAL = re.compile(r"(?P<ticks>`+).*?(?P=ticks)|\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)  # inline code and mathematics
QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
_MARK = re.compile(r"^[ ]{0,3}(?:\d{1,3}[.)]|- \[[^\]]*\]|[-*+])[ ]+", re.MULTILINE)
_LINK = re.compile(r"\]\([^()\s]*\)")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyäöü]+")
_SILENT = re.compile(r"(?:(?:[aeiouy]l|[^laeiouy])e|(?:[aeiouy]l|[^laeiouysxzcgh])es|(?:[aeiouy]l|[^laeiouytd])ed)$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n{2,}")

_LITTLE = """
    a about above after again all also although am an and another any are as at be because been before being below
    between both but by can could did do does doing down during each either else even every for from further had has
    have having he her here hers him his how i if in into is it its itself just many may me might more most much must
    my neither nor of off on once only onto or other our ours out over own per same shall she should since so some
    such than that the their theirs them then there these they this those though through to too toward towards under
    until up upon us very was we were what when where whether which while who whom whose why will with within would
    you your yours
"""
FUNCTION_WORDS = frozenset(_LITTLE.split())


def unfenced(text: str) -> str:
    """``text`` without fenced code; its lines stay as empty ones."""
    lines = text.split("\n")
    code, _ = code_lines(lines)
    return "\n".join("" if hidden else line for line, hidden in zip(lines, code, strict=True))


def prose(text: str, instead: str = " ") -> str:
    """``text`` without fenced code, and with ``instead`` for inline code and mathematics."""
    return SPECIAL.sub(instead, unfenced(text))


def length(text: str) -> int:
    """How many words a learner reads. A formula or a piece of inline code is one word, a block of code none."""
    return sum(any(map(str.isalnum, word)) for word in prose(HOLE.sub("x", text), "x").split())


def words(text: str) -> list[str]:
    """The words of letters in ``text``, in small letters."""
    return _LETTERS.findall(text.lower())


def sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def asked_sentence(text: str) -> str:
    """The last sentence of a question that ends with a question mark, "" where nothing is asked in so many words."""
    return next((s for s in reversed(sentences(prose(text))) if s.rstrip("\"”’)* ").endswith("?")), "")


def stem(word: str) -> str:
    """``word`` without the endings that inflect it, crudely: scale, scales, scaled and scaling are one."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    word = word[:-1] if word.endswith("e") and len(word) > 3 else word
    return f"{word[:-1]}i" if word.endswith("y") and len(word) > 3 else word


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text without code and mathematics (Kincaid et al. 1975): years of school."""
    found = words(text)
    ends = len([sentence for sentence in sentences(text) if words(sentence)])
    if not found:
        return 0.0
    return 0.39 * len(found) / ends + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e in the last one. Off by one here and there, right on average."""
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word)))


def question(card: Card) -> str:
    """What is asked; on a cloze card the sentence with nothing hidden."""
    return plain(card.body) if isinstance(card.body, Cloze) else card.question


def plain(cloze: Cloze) -> str:
    return "".join(part.hidden if isinstance(part, Deletion) else part for part in cloze.parts)


def passages(raw: RawCard, card: Card) -> list[tuple[int, str]]:
    """Every text of a card that a learner reads, with the line on which it starts, without blocks of code.

    Run and Expect are left out: they tell how to repeat an experiment.
    """
    found: list[tuple[int, str]] = []
    for block in raw.blocks:
        first = next((line.number for line in block.lines if line.text.strip()), block.line)
        if block.tag == "C" and isinstance(card.body, Cloze):
            found.append((first, plain(card.body)))
        elif block.tag == "Q":
            found.append((first, card.question))
        elif block.tag not in ("Run", "Expect"):
            found.append((first, _MARK.sub("", block.text)))
    for option in getattr(card.body, "options", ()):
        found += [(option.line, option.text), (option.line, option.feedback)]
    found += [(rule.line, rule.feedback) for rule in getattr(card.body, "wrong", ())]
    return [(line, _LINK.sub(" ", unfenced(text))) for line, text in found if text]
