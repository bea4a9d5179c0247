"""L08 to L12 and L26: choices that teach, and that do not give themselves away."""

import re
from collections.abc import Iterator, Sequence

from attnquiz.cards.card import Card, Choice, Option, Predict
from attnquiz.cards.holes import fill
from attnquiz.cards.lint_references import Known, unknown_belief
from attnquiz.cards.lint_words import FUNCTION_WORDS, asked_sentence, prose, stem, words
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard

MUCH_LONGER = 1.25  # times as long as the longest wrong option, in characters
FEWEST_CHOICES = 4  # cards with choices; in fewer, lengths show no pattern

_ALL_OR_NONE = r"(?:all|none|both|neither|any)"
_ABOVE = re.compile(rf"\b{_ALL_OR_NONE}\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?above\b", re.IGNORECASE)
_THESE = re.compile(rf"{_ALL_OR_NONE}\s+(?:of\s+)?(?:these|those)(?:\s+(?:options|answers|choices))?", re.IGNORECASE)

_SHOUTED = re.compile(r"\b(?:NOT|EXCEPT|NEVER|LEAST|CANNOT)\b")
_EXCEPTION = re.compile(
    r"\b(?:not|except|never|cannot|isn['’]t|aren['’]t|doesn['’]t|don['’]t|didn['’]t|can['’]t|won['’]t|least\s+likely"
    r"|(?:is|are|statement|claim)\s+(?:false|incorrect|untrue|wrong))\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|what|who)\b", re.IGNORECASE)
_CLAUSES = re.compile(
    r"[,;:]|\b(?:if|when|while|because|since|that|whose|who|where|unless|although|though|after|before|so)\b",
    re.IGNORECASE,
)
# All, every and only are quantities in mathematics; these are not.
_ABSOLUTE = re.compile(
    r"\b(?:always|never|completely|absolutely|entirely|totally|invariably|impossible|under no circumstances)\b",
    re.IGNORECASE,
)
# What the whole subject is made of, and numbers: they stand in every second option and give nothing away.
_SUBJECT = """
    attention head key layer matrix model position query score token value vector weight
    one two three four five six first second third last
"""
_EVERYWHERE = frozenset(map(stem, _SUBJECT.split()))


def options_of(card: Card) -> tuple[Option, ...]:
    return card.body.options if isinstance(card.body, Choice | Predict) else ()


def choices_teach(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L08: 3 or 4 choices, exactly one right; each wrong one stands for a known belief and is refuted."""
    options = options_of(card)
    if not options:
        return
    right = [option for option in options if option.right]
    if not 3 <= len(options) <= 4:
        yield raw.problem("Q", f"there are {len(options)} choices", "give 3 or 4", "L08")
    if len(right) != 1:
        yield raw.problem("Q", f"{len(right)} choices are right", "mark exactly one with - [x]", "L08")
    for option in options:
        if option.right:
            continue
        if option.misconception is None:
            remedy = "start its feedback with one: > [misconception-id] why it is wrong"
            yield raw.problem(option.line, f"{shown(option.text)} stands for no misconception", remedy, "L08")
        elif option.misconception not in known.misconceptions:
            yield unknown_belief(raw, option.line, option.misconception, known, "L08")
        if not option.feedback:
            remedy = "add a line: > [misconception-id] why it is wrong"
            yield raw.problem(option.line, f"nothing refutes {shown(option.text)}", remedy, "L08")


def stem_is_positive(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L08: "Which is not ...?" asks who reads carefully. A "not" in a clause of its own (if ..., that ...) is fine."""
    if not options_of(card):
        return
    text = prose(card.question)
    asking = [clause for clause in _CLAUSES.split(asked_sentence(text)) if _WHICH.search(clause)]
    if _SHOUTED.search(text) or any(_EXCEPTION.search(clause) for clause in asking):
        yield raw.problem("Q", "the question asks for what is not so", "ask for what is so", "L08")


def right_is_not_longest(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L09."""
    options = options_of(card)
    longest = max((_length(card, option) for option in options if not option.right), default=0)
    for option in options:
        if option.right and longest and _length(card, option) > MUCH_LONGER * longest:
            times = f"{_length(card, option) / longest:.2f} times"
            problem = f"the right option is {times} as long as the longest wrong one"
            yield raw.problem(option.line, problem, "cut it, or say as much in the others", "L09")


def no_all_of_the_above(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L10. Positions change at each showing, so "above" means nothing."""
    for option in options_of(card):
        if _ABOVE.search(option.text) or _THESE.fullmatch(option.text.strip(" .!")):
            yield raw.problem(option.line, f"{shown(option.text)} points at other choices", "say it in full", "L10")


def no_echo_of_the_stem(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L11: whoever knows nothing picks the option that sounds like the question."""
    asked = _content(card.question)
    wrong = {word for option in options_of(card) if not option.right for word in _content(option.text)}
    for option in options_of(card):
        echoed = (asked & _content(option.text)) - wrong if option.right else set()
        if echoed:
            said = ", ".join(sorted(word for word in words(prose(option.text)) if stem(word) in echoed))
            problem = f"only the right option repeats {said!r} from the question"
            yield raw.problem(option.line, problem, "use it in another option too, or in none", "L11")


def no_absolutes(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L12: "always" makes an option look wrong, whether it is or not."""
    for option in options_of(card):
        if found := _ABSOLUTE.search(option.text):
            yield raw.problem(option.line, f"{found[0]!r} in an option", "say it without the absolute", "L12")


def length_does_not_tell(deck: Sequence[Card]) -> str | None:
    """L26: what is wrong with the right options of a deck taken together, None where their lengths tell nothing."""
    cards = [card for card in deck if options_of(card)]
    if len(cards) < FEWEST_CHOICES:
        return None
    lengths = [
        (
            [_length(card, option) for option in options_of(card) if option.right],
            [_length(card, option) for option in options_of(card) if not option.right],
        )
        for card in cards
    ]
    for name, number in (
        ("longest", sum(max(right) > max(wrong) for right, wrong in lengths if right and wrong)),
        ("shortest", sum(min(right) < min(wrong) for right, wrong in lengths if right and wrong)),
    ):
        if number > len(cards) / 2:
            return f"the right option is the {name} one on {number} of {len(cards)} cards with choices"
    return None


def _length(card: Card, option: Option) -> int:
    return len(fill(option.text, card.variants[0]))


def _content(text: str) -> set[str]:
    """Stems of the words of a text that carry its meaning."""
    found = {stem(word) for word in words(prose(text)) if len(word) > 2 and word not in FUNCTION_WORDS}
    return found - _EVERYWHERE
