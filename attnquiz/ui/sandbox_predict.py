"""Predict, then reveal: each stage first asks for one number or one cell, and the picture waits for the answer.

Where a card is about this experiment and this stage, that card is asked, and the answer is a review of it. Otherwise
the question is made from the state, and the answer is kept in the log as a prediction.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.cards import reading
from attnquiz.cards.card import Card, Choice, Kind, Predict
from attnquiz.cards.faces import answered, explained, options
from attnquiz.cards.faces import asked as asked_on
from attnquiz.cards.grading import Verdict, grade
from attnquiz.recall.face import Face
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.cell_question import concept
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import number, plain
from attnquiz.study import predicting
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session
from attnquiz.study.showing import order
from attnquiz.ui import place, sandbox_address, see, words
from attnquiz.ui.focus import focus
from attnquiz.ui.sandbox_setup import control
from attnquiz.ui.state import act, held, hold, typed

if TYPE_CHECKING:
    from attnquiz.sandbox.prediction import Question
    from attnquiz.sandbox.run import Run

ANSWER, REVEALED, ON_CARD = "prediction", "sandbox-revealed", "sandbox-card"
KINDS = (Kind.NUMERIC, Kind.SHAPE, Kind.MC, Kind.EXPERIMENT)
LAST = "sandbox-predicted"  # what the latest answer was told
Stand = tuple[Experiment, Stage, int, int]


def switch(experiment: Experiment) -> None:
    """Whether stages ask before they show."""
    if experiment.is_small and not experiment.belief:
        st.toggle(
            "Predict first",
            help="Every stage asks you for a number or a cell before it shows its picture. Answers go into your log.",
            **control("predict", experiment.predict),
        )


def waits(experiment: Experiment) -> bool:
    """Whether the picture of this stage has to wait for a prediction."""
    ready = experiment.predict and experiment.is_small and not experiment.belief
    return ready and _stand(experiment) not in _revealed()


def hides_prose(experiment: Experiment) -> bool:
    """Whether what the example is for must not be said yet, because it answers the card that is asked."""
    return waits(experiment) and _card(experiment) is not None


def ask(experiment: Experiment, run: "Run") -> None:
    """The question of this stage in place of its picture."""
    from attnquiz.sandbox.prediction import question

    card = _card(experiment)
    if card is not None:
        _ask_card(card)
    else:
        _ask_number(experiment, question(run), run)
    focus(ANSWER, f"{experiment.stage} {experiment.layer} {experiment.head}")


def told(experiment: Experiment) -> None:
    """What became of the prediction, above the picture that it was about."""
    last = held(LAST)
    if not experiment.predict or not last or last[0] != _stand(experiment):
        return
    _, good, sentence, belief = last
    (st.info if good is None else st.success if good else st.error)(sentence)
    if belief:
        st.button(
            "See it as if that were true", key="as-predicted", icon=":material/psychology_alt:", on_click=_as_if,
            args=(belief,),
        )  # fmt: skip


# --- questions made from the state ----------------------------------------------------------------


def _ask_number(experiment: Experiment, asked: "Question", run: "Run") -> None:
    st.markdown(asked.asked)
    for line in asked.given:
        st.markdown(line)
    if asked.choices:
        with st.container(horizontal=True, gap="xsmall", key="choices"):
            for place_of, name in enumerate(asked.choices):
                st.button(
                    plain(name), key=f"choice-{place_of}", on_click=_predicted, args=(asked, run, float(place_of))
                )
    else:
        _number_field("a number such as 0.93", _typed, asked, run)
    _without(_predicted, asked, run, None)


def _number_field(placeholder: str, on_click: Callable[..., None], *args: object) -> None:
    with st.form("prediction-form", border=False):
        st.text_input("Your prediction", key=ANSWER, placeholder=placeholder, autocomplete="off", width=400)
        st.form_submit_button("Check", key="predict", type="primary", on_click=on_click, args=args)


def _without(on_click: Callable[..., None], *args: object) -> None:
    """The ways on without an answer: one is kept in the log, the other is not."""
    with st.container(horizontal=True, gap="xsmall", key="without-prediction"):
        st.button("I don't know", key="no-prediction", on_click=on_click, args=args)
        st.button("Show it without a prediction", key="skip-prediction", type="tertiary", on_click=_skip)


@act
def _typed(asked: "Question", run: "Run") -> None:
    values = _numbers(typed(ANSWER))
    right = next((value for value in values if asked.is_right(value)), values[0])
    _keep(asked, run, right, typed(ANSWER))


@act
def _predicted(asked: "Question", run: "Run", value: float | None) -> None:
    _keep(asked, run, value, "" if value is None else asked.choices[int(value)])


def _keep(asked: "Question", run: "Run", value: float | None, written: str) -> None:
    from attnquiz.sandbox.prediction import belief_behind

    e = sandbox_address.current()
    good = value is not None and asked.is_right(value)
    belief = None if value is None or good else belief_behind(run, asked, value)
    truth = asked.choices[int(asked.truth)] if asked.choices else number(asked.truth)
    verdict = "unknown" if value is None else "right" if good else "wrong"
    made = predicting.Prediction(to_query(e), asked.asked, written, truth, verdict, belief or "")
    predicting.keep(place.desk(), made, place.now())
    in_sight = asked.tensor == e.shown
    if in_sight:  # the arithmetic beside the picture is that of what was asked
        sandbox_address.go(e.changed(row=asked.row, column=asked.column))
    sentence = _sentence(asked, value, good, truth, belief)
    steps = " The arithmetic of the cell shows each step." if in_sight and not good else ""
    _reveal(e, good, sentence + steps, belief)


def _sentence(asked: "Question", value: float | None, good: bool, truth: str, belief: str | None) -> str:
    shown = f"“{plain(truth)}”" if asked.choices else f"${truth}$"
    if good:
        return f"Right: {shown}."
    start = "It is" if value is None else "Not quite. It is"
    why = f" Your number comes out as if {SWITCHES[belief].label}." if belief else ""
    return f"{start} {shown}.{why}"


@act
def _as_if(belief: str) -> None:
    sandbox_address.go(sandbox_address.current().changed(predict=False, belief=belief))


def _numbers(text: str) -> list[float]:
    """Every number that the text may mean."""
    found = [float(n.value) for one in reading.readings(text) if len(one) == 1 for n in one[0]]
    if not found:
        raise reading.Unreadable(reading.ONE_NUMBER)
    return found


# --- cards ----------------------------------------------------------------------------------------


def _card(experiment: Experiment) -> Card | None:
    """The card that asks about this experiment at this stage, where it has not been asked here yet."""
    if experiment.text is not None:
        return None
    here = to_query(experiment.changed(predict=False).subject)
    cards = place.collection().cards.values()
    for card in sorted(cards, key=lambda card: card.kind is not Kind.EXPERIMENT):  # its own question goes before others
        if card.kind in KINDS and card.see is not None and card.see.name == experiment.name:
            at_home = card.kind is Kind.EXPERIMENT or card.concept == concept(experiment)
            first = experiment.stage is experiment.stages[0] if card.kind is Kind.EXPERIMENT else True
            if at_home and first and card.id not in (held(ON_CARD) or {}) and _same(card, here):
                return card
    return None


def _same(card: Card, here: dict[str, str]) -> bool:
    """Whether the card's state computes the same as the one on the screen."""
    query = see.query(see.of(card, 0))
    return query is not None and to_query(from_query(sandbox_address.whole(query)).subject) == here


def _ask_card(card: Card) -> None:
    session = _session(card)
    showing = session.showing
    st.markdown(words.markdown(asked_on(card, 0, showing.variant)))
    if session.note:
        st.info(session.note, icon=":material/info:")
    if isinstance(card.body, Choice | Predict):
        texts = options(card, showing.variant)
        for index in order(showing):
            st.button(
                words.markdown(texts[index]), key=f"option-{index}", width="stretch", on_click=_answered,
                args=(card, chr(ord("A") + index)),
            )  # fmt: skip
    else:
        _number_field("a number, or several: [3, 2]", _answered, card)
    _without(_answered, card, None)


def _session(card: Card) -> Session:
    """The card as it stands on the screen; it stays the same until it is answered."""
    kept = held(f"{ON_CARD}-{card.id}")
    if kept is None:
        kept = predicting.begin(place.desk(), Face(card.id, 0), place.now())
        hold(f"{ON_CARD}-{card.id}", kept)
    return kept


@act
def _answered(card: Card, *choice: str | None) -> None:
    """`choice` is the letter of an option, or None for no answer; nothing where the answer was typed."""
    written = choice[0] if choice else typed(ANSWER)
    e, session = sandbox_address.current(), _session(card)
    done = predicting.answer(place.desk(), session, written, Confidence.UNSURE, place.now())
    if done.phase is not Phase.FEEDBACK or done.attempt is None:
        hold(f"{ON_CARD}-{card.id}", done)
        return
    hold(ON_CARD, frozenset({*(held(ON_CARD) or ()), card.id}))
    good = done.attempt.verdict in (Verdict.RIGHT, Verdict.SLIP)
    graded = None if written is None else grade(card, 0, session.showing.variant, written)
    why = f" {words.markdown(graded.feedback)}" if graded and graded.feedback else ""
    known = place.collection().misconceptions.get(done.attempt.misconception or "")
    start = "Right." if good else "Read this, then look at the picture." if written is None else "Not right."
    belief = known.switch if known and not good and known.switch in SWITCHES else None
    truth = "" if good else f"\n\n**Answer:** {words.markdown(answered(card, 0, session.showing.variant))}"
    because = "" if good else words.markdown(explained(card, session.showing.variant))
    truth += f"\n\n**Why:** {because}" if because else ""
    _reveal(e, good, f"{start}{why}{truth}\n\n{e.about}", belief)


# --- what has been revealed -----------------------------------------------------------------------


def _stand(e: Experiment) -> Stand:
    return e.subject, e.stage, e.layer, e.head


def _revealed() -> frozenset[Stand]:
    return held(REVEALED) or frozenset()


@act
def _skip() -> None:
    e = sandbox_address.current()
    if hides_prose(e):
        _reveal(e, None, e.about, None)
    else:
        hold(REVEALED, _revealed() | {_stand(e)})


def _reveal(e: Experiment, good: bool | None, sentence: str, belief: str | None) -> None:
    hold(REVEALED, _revealed() | {_stand(e)})
    hold(LAST, (_stand(e), good, sentence, belief))
