"""What a press on the review page does. A press that was meant for another step than the screen's does nothing.

These are the only places from which the page writes to the store.
"""

from attnquiz.cards.grading import LETTERS
from attnquiz.errors import LateAnswer
from attnquiz.recall.rating import Rating
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session
from attnquiz.study.showing import fixes
from attnquiz.ui import maps, ordering, place
from attnquiz.ui.review import session
from attnquiz.ui.rubric import marks
from attnquiz.ui.state import act, state, typed

READING = 0.3  # seconds: whoever goes on sooner has not read what is there, but pressed twice
LARGE = "Space"  # the key of the large button


def draw(part: str = "") -> None:
    """Remember since when this step has been on the screen: said last, because a press waits until all is drawn.

    ``part`` names a step that the sitting knows nothing of.
    """
    step = _step(session(), part)
    if state().drawn is None or state().drawn[0] != step:
        state().drawn = (step, place.now())


def _step(sitting: Session, part: str) -> str:
    return f"{sitting.token}:{sitting.phase}:{sitting.line}:{sitting.hints}:{sitting.retried}:{part}"


def meant(key: str, part: str = "") -> bool:
    """Whether a press on the button with this key is no second half of a double one, meant for the step before.

    Counted from when the step was drawn, because a press may wait in the queue while the server is busy. The large
    button and what is to be chosen want reading first; any other only if its key is the one that was pressed last.
    Enter is the key of forms; what has none is always meant.
    """
    sitting, drawn = session(), state().drawn
    before, state().pressed = state().pressed, key
    there = drawn is not None and drawn[0] == _step(sitting, part)
    read = there and (place.now() - drawn[1]).total_seconds() >= READING
    return read or not key or not (key in (LARGE, before) or sitting.phase is Phase.CHOOSE)


@act
def learning(token: str) -> None:
    if session().token == token:
        state().session = session().learn()


@act
def asked(token: str) -> None:
    if session().token == token and meant(LARGE):
        state().session = session().ask(place.now())


@act
def hinted(token: str, key: str) -> None:
    if meant(key) and session().token == token:
        state().session = session().hint()


@act
def recalled(token: str, confidence: Confidence, key: str) -> None:
    if meant(key) and session().token == token:
        state().session = session().recall(confidence, place.now())


@act
def committed(token: str, confidence: Confidence, key: str) -> None:
    if meant(key):
        _commit(token, "", confidence)


@act
def checked(token: str, confidence: Confidence) -> None:
    if meant("Enter"):  # so that a slip is not taken for its own correction
        _commit(token, typed(f"answer:{token}"), confidence)


@act
def chosen(token: str, index: int, key: str) -> None:
    if meant(key):
        _commit(token, LETTERS[index], session().confidence or Confidence.UNSURE)


@act
def suspected(token: str, line: int, key: str) -> None:
    """A line of code was chosen; 0: there is no bug."""
    if not meant(key) or session().token != token or session().line is not None:
        return
    if line and fixes(place.desk().collection, session().showing):
        state().session = session().suspect(line)
    else:  # there is no bug, or nothing to choose a fix from
        _commit(token, str(line), session().confidence or Confidence.UNSURE)


@act
def fixed(token: str, line: int, fix: str, key: str) -> None:
    if meant(key) and session().line == line:
        _commit(token, f"{line}: {fix}", session().confidence or Confidence.UNSURE)


@act
def unknown(token: str, key: str = "") -> None:
    if meant(key):
        _commit(token, None, Confidence.UNSURE)


@act
def arranged(token: str, confidence: Confidence, key: str) -> None:
    """The steps stand as the learner wants them."""
    showing = session().showing
    if meant(key) and session().token == token and showing is not None:
        _commit(token, ordering.answer(showing), confidence)


@act
def pointed(token: str, confidence: Confidence, key: str) -> None:
    """A cell of the map is chosen, or none yet."""
    showing = session().showing
    if not meant(key) or session().token != token or showing is None:
        return
    answer = maps.answer(showing)
    if answer:
        _commit(token, answer, confidence)
    else:
        state().session = session().say(maps.choose_first(showing))


def _commit(token: str, answer: str | None, confidence: Confidence) -> None:
    """A click that carries another token than the screen's came too late: it is not counted."""
    sitting = session()
    if sitting.token != token:
        return
    try:
        state().session = drill.commit(place.desk(), sitting, answer, confidence, place.now())
    except LateAnswer as late:
        state().session = drill.begin(place.desk(), place.now()).say(str(late))


@act
def rated(token: str, rating: Rating, key: str) -> None:
    """The large button goes on with the proposed rating, the others with their own."""
    sitting = session()
    if not meant(key) or sitting.token != token or sitting.attempt is None:
        return
    try:
        state().session = drill.rate(place.desk(), sitting, rating, place.now(), marks(sitting))
    except LateAnswer as late:
        state().session = drill.begin(place.desk(), place.now()).say(str(late))
