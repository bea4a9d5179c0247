"""An exam that is under way: one question at a time, the list of all, the end. The address says which paper, and where.

Every answer is kept as soon as it is given, and looked at only when the exam is handed in.
"""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from attnquiz.errors import LateAnswer
from attnquiz.sandbox.written import plain
from attnquiz.study import exam
from attnquiz.study.exam import Sitting
from attnquiz.study.exam_paper import Item, Paper, paper_of
from attnquiz.study.session import Showing
from attnquiz.ui import exam_item, place, words
from attnquiz.ui.answering import READING
from attnquiz.ui.focus import focus, top
from attnquiz.ui.state import act, held, state, typed
from attnquiz.ui.state import trouble as failed

PLACE, END = "place", "end"
MARK = "items"  # what an address has that names a paper
TIME = "exam-time"
LIST = ".st-key-list button { min-width: 3.25rem }"


def sitting() -> Sitting | None:
    """How far the paper in the address was answered; None where the address names none."""
    paper = paper_there()
    return None if paper is None else exam.look(place.desk(), paper)


def paper_there() -> Paper | None:
    query = st.query_params.to_dict()
    return paper_of(query) if MARK in query else None


def trouble() -> None:
    """What went wrong at the last press."""
    sentence = failed()
    if sentence:
        st.error(plain(sentence))


def under_way(sitting: Sitting | None) -> bool:
    return sitting is not None and sitting.begun is not None and sitting.handed is None


def asking(sitting: Sitting | None) -> None:
    """The question at the address's place, with ways to all others."""
    if not under_way(sitting) or at_end():
        return
    item = sitting.item(_number()) or sitting.items[0]
    showing = exam.showing_of(sitting, item, place.now())
    _far(sitting, item)
    exam_item.question(showing)
    token, said = state().placing
    if said and token == showing.token:
        st.info(plain(said), icon=":material/info:")
    if exam_item.is_typed(item):
        with st.form(f"form:{showing.token}", border=False):
            exam_item.typed(showing, sitting.answer(item))
            _ways(sitting, item, st.form_submit_button)
    else:
        exam_item.chosen(place.collection(), showing, sitting.answer(item), _keeper(sitting, item))
        if sitting.answer(item) and exam_item.is_picked(item):
            st.button(
                "Take this answer back", key=f"back:{showing.token}", type="tertiary", on_click=kept,
                args=(sitting, item.number, ""),
            )  # fmt: skip
        _ways(sitting, item, st.button)
    focus(exam_item.place_of(item), f"{showing.token}:{said}")
    _drawn(showing.token)
    top(showing.token)


def end(sitting: Sitting | None) -> None:
    """What is left to do, and handing in."""
    if not under_way(sitting) or not at_end():
        return
    done, count, missing = len(sitting.items) - len(sitting.open), len(sitting.items), sitting.open
    if missing:
        numbers = ", ".join(map(str, missing))
        st.warning(f"You have answered {done} of {count} questions. Without an answer, and so not right: {numbers}.")
    else:
        st.success(f"You have answered all {count} questions.")
    st.markdown("Once you hand in, nothing can be changed, and you see what was right.")
    st.button(
        "Hand in now", key="hand-in", type="primary", width="stretch", shortcut="h", on_click=handed,
        args=(sitting,),
    )  # fmt: skip
    st.button(
        "Back to the questions", key="return", width="stretch", shortcut="b", on_click=gone,
        args=(sitting.open[0] if missing else sitting.items[-1].number,),
    )  # fmt: skip
    _list(sitting, None, st.button)
    _drawn(END)
    top(END)


def _far(sitting: Sitting, item: Item) -> None:
    """Which question this is, how many have an answer, and the time, for those who ask."""
    here, count = _places(sitting).index(item.number) + 1, len(sitting.items)
    done = count - len(sitting.open)
    st.progress(done / count, text=f"Question {here} of {count} · {done} answered")
    if st.toggle("Show the time", key=TIME):
        minutes = int((place.now() - sitting.begun).total_seconds() // 60)
        st.caption(f"{words.count(minutes, 'minute')} since you began, as of this question.")


def _ways(sitting: Sitting, item: Item, button: Callable[..., bool]) -> None:
    """Next, back, hand in, and the list. In a form the first of them is what Enter presses, and letters are typed."""
    places = _places(sitting)
    here = places.index(item.number)
    after = places[here + 1] if here + 1 < len(places) else END
    typing = button is st.form_submit_button
    _way(sitting, item, button, "Next" if after != END else "To the end", after, None if typing else "n", "primary")
    with st.container(horizontal=True):
        if here:
            _way(sitting, item, button, "Back", places[here - 1], "Alt+B" if typing else "b", "secondary")
        _way(sitting, item, button, "Hand in", END, None, "secondary")
    _list(sitting, item, button)


def _way(
    sitting: Sitting, item: Item, button: Callable[..., bool], label: str, to: int | str, shortcut: str | None,
    kind: str,
) -> None:  # fmt: skip
    button(
        label, key=f"{label}:{item.number}", type=kind, shortcut=shortcut,
        width="stretch" if kind == "primary" else "content", on_click=left, args=(sitting, item.number, to),
    )  # fmt: skip


def _list(sitting: Sitting, item: Item | None, button: Callable[..., bool]) -> None:
    """All questions: a mark on those that have an answer."""
    st.html(f"<style>{LIST}</style>")
    st.caption("All questions; ✓ has an answer")
    with st.container(key="list", horizontal=True, gap="small"):
        for each in sitting.items:
            here = item is not None and each.number == item.number
            button(
                f"{each.number} ✓" if each.number in sitting.given else str(each.number),
                key=f"to:{each.number}:{item.number if item else END}", type="primary" if here else "secondary",
                on_click=left, args=(sitting, item.number if item else None, each.number),
            )  # fmt: skip


def at_end() -> bool:
    return st.query_params.get(PLACE) == END


def _number() -> int:
    written = st.query_params.get(PLACE, "1")
    return int(written) if written.isdecimal() and len(written) < 4 else 1


def _places(sitting: Sitting) -> list[int]:
    return [each.number for each in sitting.items]


def _keeper(sitting: Sitting, item: Item) -> Callable[[str], None]:
    return lambda text: kept(sitting, item.number, text)


def _drawn(step: str) -> None:
    """Remember since when this step has been on the screen."""
    if state().drawn is None or state().drawn[0] != step:
        state().drawn = (step, place.now())


def _meant(step: str) -> bool:
    """Whether a press is no second half of a double one, meant for the step before."""
    drawn = state().drawn
    return drawn is not None and drawn[0] == step and (place.now() - drawn[1]).total_seconds() >= READING


@act
def kept(sitting: Sitting, number: int, text: str) -> None:
    """Keep an answer. What is picked at once after the question came up was meant for the one before."""
    showing, item = _showing(sitting, number), sitting.item(number)
    if showing is not None and (_meant(showing.token) or not exam_item.is_picked(item)):
        _keep(sitting, showing, number, text)


@act
def left(sitting: Sitting, number: int | None, to: int | str) -> None:
    """Go to another question, with what was typed into this one kept; stay where that cannot be read."""
    showing = _showing(sitting, number)
    if showing is not None and exam_item.is_typed(sitting.item(number)):
        written = held(f"answer:{showing.token}")
        if written is not None and _keep(sitting, showing, number, typed(f"answer:{showing.token}")):
            return
    _go(to)


@act
def gone(to: int | str) -> None:
    _go(to)


@act
def handed(sitting: Sitting) -> None:
    if _meant(END):
        with suppress(LateAnswer):
            exam.hand_in(place.desk(), sitting, place.now())


@act
def begun(sitting: Sitting) -> None:
    """Take this paper, for the first time or again."""
    with suppress(LateAnswer):
        exam.begin(place.desk(), sitting.paper, sitting.turn, place.now())
    _go(1)


def _showing(sitting: Sitting, number: int | None) -> Showing | None:
    item = None if number is None else sitting.item(number)
    return None if item is None else exam.showing_of(sitting, item, place.now())


def _keep(sitting: Sitting, showing: Showing, number: int, text: str) -> str:
    drawn, now = state().drawn, place.now()
    shown_at = drawn[1] if drawn is not None and drawn[0] == showing.token else now
    current = exam.look(place.desk(), sitting.paper)
    said = exam.answer(place.desk(), current if current.turn == sitting.turn else sitting, number, text, shown_at, now)
    state().placing = (showing.token, said)
    return said


def _go(to: int | str) -> None:
    st.query_params[PLACE] = str(to)
