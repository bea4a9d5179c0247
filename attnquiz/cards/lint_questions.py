"""L04 to L07, L21, L22, L25 and L27: how a card asks, answers and talks."""

import re
from collections.abc import Iterator

from attnquiz.cards.card import Basic, Card, Choice, Explain, Predict
from attnquiz.cards.lint_references import Known
from attnquiz.cards.lint_words import QUOTED, asked_sentence, grade, length, passages, prose, question, words
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard

LONGEST_QUESTION, LONGEST_ANSWER = 45, 20  # words
HARDEST_GRADE, ENOUGH_WORDS = 14, 20  # below 20 words a readability formula says nothing

_AUXILIARY = re.compile(
    r"(?:and|so|then|but)?\s*(?:am|is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might"
    r"|must)(?:n['’]t)?\s",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(r"\b(?:what|which|who|whom|whose|why|how|where)\b", re.IGNORECASE)
_TRUE_OR_FALSE = re.compile(r"\b(?:true or false|false or true|yes or no|right or wrong|or not)\b", re.IGNORECASE)
_VERDICT = re.compile(r"\W*(?:yes|no|true|false)\s*(?:[,.;:!—–-]|$)", re.IGNORECASE)

_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d{1,2}[.)])\s+\S", re.MULTILINE)
_COUNTED = re.compile(r"\(\s*(?:[1-9]|[a-d]|i{1,3})\s*\)|\b(?:first|second|third)ly\b", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")  # tuples, lists, remarks in brackets
_AND = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"\W*(?:if|when|while|because|since|as|after|before|once|unless|although|though|unlike|in|on|at|for|with|without"
    r"|under|by|from|during|here|otherwise|then|so|but|yes|no)\b",
    re.IGNORECASE,
)

_ABSTRACT = (
    "advantage|aspect|benefit|breakthrough|challenge|concept|contribution|difference|distinction|fact|factor|finding"
    "|idea|ingredient|innovation|insight|limitation|message|motivation|observation|point|principle|problem|reason|role"
    "|strength|takeaway|thing|trick"
)
# "key idea" and "scaling is key" want another word; "key vector", "key axis" and "row = query, column = key" do not.
_KEY = rf"key(?=[ -](?:{_ABSTRACT})s?\b)|(?<=\bis )key(?=\s*(?:[.,;!)]|to\b|$))|(?<=\bare )key(?=\s*(?:[.,;!)]|to\b|$))"
# "just before", "just as" and "not just" measure; "it is just" and "just multiply" belittle.
_JUST = (
    r"(?<!\bnot )(?<!\bthan )just(?=\s+\w)(?!\s+(?:as|like|before|after|above|below|behind|under|over|enough|now"
    r"|in\s+time|one|two|three|the\s+(?:one|same|right|first|last))\b)"
)
_FORBIDDEN = re.compile(
    rf"\b(?:(?P<key>{_KEY})|(?:simply|obviously|clearly|of\s+course|{_JUST})\b)", re.IGNORECASE
)


def question_is_short(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L04. Code does not count."""
    number = length(question(card))
    if number > LONGEST_QUESTION:
        remedy = f"ask in at most {LONGEST_QUESTION}; the rest belongs into Why:"
        yield raw.problem(_asked_at(raw), f"the question has {number} words", remedy, "L04")


def answer_is_short(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L05."""
    if isinstance(card.body, Basic) and (number := length(card.body.answer)) > LONGEST_ANSWER:
        remedy = f"answer in at most {LONGEST_ANSWER}; the rest belongs into Why:"
        yield raw.problem("A", f"the answer has {number} words", remedy, "L05")


def not_yes_or_no(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L06: half of all guesses would be right. An explanation or a computed answer cannot be guessed like that."""
    if not isinstance(card.body, Basic | Choice | Predict):
        return
    if _wants_a_verdict(prose(card.question)):
        yield raw.problem("Q", "yes or no would answer this", "ask what, which, why or how much", "L06")
    elif isinstance(card.body, Basic) and _VERDICT.match(card.body.answer):
        yield raw.problem("A", f"{shown(card.body.answer)} answers yes or no", "ask for the reason instead", "L06")


def _wants_a_verdict(text: str) -> bool:
    if _TRUE_OR_FALSE.search(text):
        return True
    asked = asked_sentence(text)
    for clause in re.split(r",\s+", asked):
        if _AUXILIARY.match(clause):
            return not re.search(r"\bor\b", asked)  # a choice of two
        if _ASKS_WHAT.search(clause):
            return False
    return False


def one_question(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L07. A question that somebody is quoted with does not count."""
    number = QUOTED.sub(" ", prose(question(card))).count("?")
    if number > 1:
        yield raw.problem(_asked_at(raw), f"{number} questions are asked", "make a card of each", "L07")


def says_why(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L21. What the right option says counts, and so does a model answer; a loose card may do without."""
    said = [option.feedback for option in getattr(card.body, "options", ()) if option.right]
    if not raw.loose and not isinstance(card.body, Explain) and not any([card.why, *said]):
        yield raw.problem(raw.line, f"card {card.id!r} does not say why", "add a block Why: ...", "L21")


def readable_question(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L22. An alarm only: it counts words and syllables, it does not read."""
    text = prose(question(card))
    if len(words(text)) >= ENOUGH_WORDS and (found := grade(text)) > HARDEST_GRADE:
        remedy = f"at most {HARDEST_GRADE}: shorter sentences, shorter words"
        yield raw.problem(_asked_at(raw), f"the question reads at grade {found:.1f}", remedy, "L22")


def answer_does_not_enumerate(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L25: lists are the hardest thing to remember, and a list half known is neither right nor wrong."""
    if isinstance(card.body, Basic) and _enumerates(card.body.answer):
        remedy = "make it a card of kind order, or one card an item"
        yield raw.problem("A", "the answer is a list", remedy, "L25")


def _enumerates(answer: str) -> bool:
    if len(_COUNTED.findall(prose(answer))) > 1:
        return True
    text = _BRACKETS.sub(" ", prose(answer, "x"))
    return len(_BULLET.findall(text)) > 1 or text.count(";") > 1 or any(map(_is_series, re.split(r"[.;:?!]\s", text)))


def _is_series(sentence: str) -> bool:
    """``a, b and c``, as far as commas can tell it from ``if a, then b and c``."""
    lead, *parts = sentence.split(",")
    end = next((number for number, part in enumerate(parts) if _AND.search(part)), None)
    if end is None or _LEAD_IN.match(lead):
        return False
    last = _AND.split(parts[end], maxsplit=1)[0]
    between = [*parts[:end], *([last] if last.strip() else [])]
    return (len(between) > 1 or (between != [] and len(lead.split()) <= 6)) and all(
        len(item.split()) <= 4 for item in between
    )


def no_forbidden_words(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L27. Here a key is a vector; and what is called obvious is not, for whoever has to look it up."""
    for line, passage in passages(raw, card):
        text = prose(passage, "x")
        for found in _FORBIDDEN.finditer(text):
            word = " ".join(found[0].split())
            remedy = "a key is a vector here: write main, or name it" if found["key"] else "leave it out"
            yield raw.problem(line + text.count("\n", 0, found.start()), f"the word {word!r}", remedy, "L27")


def _asked_at(raw: RawCard) -> str:
    return "C" if raw.block("C") else "Q"
