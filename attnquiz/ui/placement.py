"""The parts of the placement test: what it is, one question at a time, what came of it."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from attnquiz.cards.faces import answered, asked, explained
from attnquiz.errors import LateAnswer
from attnquiz.sandbox.written import plain
from attnquiz.study import placement
from attnquiz.study.knowledge import FEWEST, MOST
from attnquiz.study.placement import Answered, Placement
from attnquiz.ui import asking as cards
from attnquiz.ui import place, program, today, words
from attnquiz.ui.answering import READING
from attnquiz.ui.focus import focus, top
from attnquiz.ui.state import act, state, typed
from attnquiz.ui.state import trouble as failed

ABOUT = f"""
Know some of this already? Answer {FEWEST} to {MOST} short questions, about 5 minutes, and the course starts where you
are.

- You type each answer. Where you do not know, say so: a lucky guess places you too high.
- Nothing is said about right or wrong until the end. Then you see every answer.
- You can stop at any time. What you answered is kept, so you can also go on later.
- The result is advice. It locks nothing, you decide whether to use it, and you can take it back.
"""
USING = (
    "If you use this, what counts as known is not taught from the start, and what builds on it opens. To make sure, "
    "one card of each known concept comes within three days, and the others within two weeks: {count} in all."
)
SHOWN = 6  # concepts that are ready to be learnt, with what one learns


def test() -> Placement:
    """The latest test, as far as it has come."""
    return placement.look(place.desk(), place.now())


def trouble() -> None:
    """What went wrong at the last press."""
    sentence = failed()
    if sentence:
        st.error(plain(sentence))


def introduction(test: Placement) -> None:
    """What this is, before the first test."""
    if test.id:
        return
    st.markdown(ABOUT)
    st.button(
        "Start the test", key="begin", type="primary", shortcut="Space", width="stretch", on_click=begun, args=("",)
    )
    st.page_link(today.TODAY, label="Skip it and start at the beginning", icon=":material/arrow_forward:")


def asking(test: Placement) -> None:
    """One question, and how far the test has come."""
    showing = test.showing
    if showing is None:
        return
    done = len(test.answers)
    st.progress(done / MOST, text=f"Question {done + 1} of {FEWEST} to {MOST}")
    program.style()
    with st.container(key="placed"):
        st.markdown(words.markdown(asked(showing.card, showing.face.deletion, showing.variant)))
    token, said = state().placing
    if said and token == test.token:
        st.info(plain(said), icon=":material/info:")
    with st.form(f"form:{test.token}", border=False), st.container(key="typed"):
        cards.field(showing)
        left, right = st.columns(2)
        left.form_submit_button(
            "Answer", key=f"primary:{test.token}", type="primary", width="stretch", on_click=given, args=(test.token,)
        )
        right.form_submit_button(
            "I don't know", key=f"unknown:{test.token}", shortcut="Alt+K", width="stretch",
            on_click=unknown, args=(test.token,),
        )  # fmt: skip
    with st.container(horizontal=True):
        st.button("Stop and see the result", key="stop", type="tertiary", on_click=stopped, args=(test.token,))
        if done:
            st.button("Begin again", key="begin", type="tertiary", on_click=begun, args=(test.token,))
    focus("typed", f"{test.token}:{said}")
    top(test.token)
    _draw(test.token)


def result(test: Placement) -> None:
    """What counts as known, where to start, and whether it is to hold."""
    if not test.id or test.showing is not None:
        return
    st.markdown(_counted(test))
    if test.in_use:
        _used(test)
    else:
        _offered(test)
    _frontier(test)
    _known(test)
    _answers(test)
    top(test.token)
    _draw(test.token)


def _counted(test: Placement) -> str:
    right = sum(each.right for each in test.answers)
    answers = f"You answered {words.count(len(test.answers), 'question')}, {right} of them right. "
    if not test.answers:
        answers = "You stopped before the first answer. "
    if not test.known:
        return answers + "**Nothing counts as known for sure yet, so the course starts at the beginning.**"
    concepts = words.count(len(test.concepts), "concept")
    return answers + f"**So {len(test.known)} of {concepts} {'counts' if len(test.known) == 1 else 'count'} as known.**"


def _offered(test: Placement) -> None:
    faces = len(placement.planned(place.desk(), test))
    if faces:
        st.markdown(USING.format(count=words.count(faces, "card")))
        st.button(
            "Use this", key="use", type="primary", shortcut="Space", width="stretch", on_click=used, args=(test.token,)
        )
    elif test.known:
        st.markdown("All of it is among your cards already, so there is nothing to change.")
    with st.container(horizontal=True):
        if st.button("Not now" if faces else "Go to Today", key="leave"):
            st.switch_page(today.TODAY)
        _again(test)


def _used(test: Placement) -> None:
    st.success("In use: what builds on this is open. A card of each known concept comes within three days, as a check.")
    st.page_link(today.TODAY, label="Go to Today and learn on", icon=":material/today:")
    with st.container(horizontal=True):
        st.button("Take it back", key="back", on_click=taken_back, args=(test.token, test.id))
        _again(test)


def _again(test: Placement) -> None:
    st.button("Take the test again", key="begin", type="tertiary", on_click=begun, args=(test.token,))


def _frontier(test: Placement) -> None:
    concepts, ready = place.collection().concepts, test.frontier
    st.header("Where to start", anchor=False)
    if not ready:
        st.markdown("You know it all. Look at the experiments, or let the checks show what has gaps.")
        return
    lines = [f"- **{concepts[name].title}**: {concepts[name].objective}" for name in ready[:SHOWN]]
    st.markdown("\n".join(lines))
    if ready[SHOWN:]:
        st.caption("Also ready: " + "; ".join(concepts[name].title for name in ready[SHOWN:]) + ".")


def _known(test: Placement) -> None:
    concepts = place.collection().concepts
    if test.known:
        st.header("What counts as known", anchor=False)
        st.markdown("; ".join(concept.title for name, concept in concepts.items() if name in test.known) + ".")
        st.caption("Not all of this was asked. Whoever can do one thing can mostly do what it builds on.")


def _answers(test: Placement) -> None:
    """Every question with the learner's answer and the right one."""
    if not test.answers:
        return
    with st.expander("Your answers"):
        program.style()
        for number, each in enumerate(test.answers, start=1):
            if number > 1:
                st.divider()
            _answer(number, each)


def _answer(number: int, each: Answered) -> None:
    card = place.collection().cards.get(each.face.card)
    st.markdown(f"**{number}. {'Right' if each.right else 'Not known' if not each.answer else 'Wrong'}**")
    if card is None or each.variant >= len(card.variants):
        st.caption("This card has been changed since.")
        return
    st.markdown(words.markdown(asked(card, each.face.deletion, each.variant)))
    if each.answer:
        st.text(f"You answered: {each.answer}")
    st.markdown("Answer: " + words.markdown(answered(card, each.face.deletion, each.variant)))
    why = explained(card, each.variant)
    if why and not each.right:
        st.markdown(words.markdown(why))


def _draw(token: str) -> None:
    """Remember since when this step has been on the screen."""
    if state().drawn is None or state().drawn[0] != token:
        state().drawn = (token, place.now())


def _meant(token: str) -> bool:
    """Whether a press on this step is no second half of a double one, meant for the step before."""
    drawn = state().drawn
    return drawn is not None and drawn[0] == token and (place.now() - drawn[1]).total_seconds() >= READING


@act
def begun(token: str) -> None:
    if not token or _meant(token):
        _once(lambda: placement.begin(place.desk(), token, place.now()))


@act
def given(token: str) -> None:
    if _meant(token):
        _once(lambda: _say(token, placement.answer(place.desk(), token, typed(f"answer:{token}"), place.now())))


@act
def unknown(token: str) -> None:
    if _meant(token):
        _once(lambda: placement.answer(place.desk(), token, None, place.now()))


@act
def stopped(token: str) -> None:
    if _meant(token):
        _once(lambda: placement.stop(place.desk(), token, place.now()))


@act
def used(token: str) -> None:
    if _meant(token):
        _once(lambda: placement.use(place.desk(), token, place.now()))


@act
def taken_back(token: str, test: str) -> None:
    if _meant(token):
        _once(lambda: placement.take_back(place.desk(), test, place.now()))


def _say(token: str, sentence: str) -> None:
    state().placing = (token, sentence)


def _once(step: Callable[[], object]) -> None:
    """Take a step that another tab or an earlier press may have taken: the page then shows what came of it."""
    with suppress(LateAnswer):
        step()
