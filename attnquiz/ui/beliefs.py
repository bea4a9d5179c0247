"""The part of the progress page about what a learner seems to believe, and what speaks against it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import asked, deletions
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.study.beliefs import DAYS, Belief, beliefs
from attnquiz.study.standing import lets_through
from attnquiz.ui import figure, place, words
from attnquiz.ui.figure import Figure
from attnquiz.ui.progress import REVIEW, Seen
from attnquiz.ui.see import SANDBOX


def believed(seen: Seen) -> None:
    """Beliefs that are still there, with the cards that refute each; then the ones that are gone."""
    st.subheader("What stood behind wrong answers")
    collection = place.collection()
    cards = collection.proofs
    found = [one for one in beliefs(seen.reading, collection) if _meant(one, seen, cards)]
    if not found:
        st.markdown("No wrong answer has shown a belief yet. When one does, it is listed here until it is refuted.")
        return
    there, gone = [one for one in found if not one.gone], [one for one in found if one.gone]
    st.caption(
        f"A belief counts as gone once cards that refute it were answered right on {DAYS} separate days, "
        "different cards if there are as many. First come those you were sure of: such errors are mended best."
    )
    for one in there:
        with st.container(border=True):
            st.markdown(f"“{words.markdown(collection.misconceptions[one.id].belief)}”")
            st.caption(_told(one, seen))
            _proof(one, collection, cards.get(one.id, ()))
    if gone:
        with st.expander(f"Gone: {words.count(len(gone), 'belief')}"):
            st.markdown("\n".join(_line(one, collection, seen) for one in gone))
    figure.show(listed(found, collection))


def listed(found: Sequence[Belief], collection: Collection) -> Figure:
    """All of them in numbers."""
    rows = [
        (collection.misconceptions[one.id].belief, "gone" if one.gone else "there", one.first_seen, one.last_seen,
         one.seen, one.sure, min(len(one.days), DAYS))
        for one in found
    ]  # fmt: skip
    gone = sum(one.gone for one in found)
    return Figure(
        name="beliefs",
        title="Beliefs in numbers",
        about="How often each showed, how often you were sure of it, and on how many days since it last showed, at "
        f"most {DAYS}, a right answer refuted it.",
        sentence=f"{words.count(len(found), 'belief')} showed: {len(found) - gone} still there, {gone} gone.",
        table=pd.DataFrame(rows, columns=["Belief", "Now", "First", "Last", "Showed", "Sure", "Days refuted"]),
    )


def _meant(one: Belief, seen: Seen, cards: Mapping[str, Sequence[str]]) -> bool:
    """Whether the filter lets a belief through: one of the cards that refute it. A period says nothing of beliefs."""
    if seen.scope.of_all_cards:
        return True
    return any(lets_through(seen.scope, seen.collection.cards[name]) for name in cards.get(one.id, ()))


def _told(one: Belief, seen: Seen) -> str:
    """How often it showed, and how far it is from being gone."""
    last = words.day_past(one.last_seen, seen.today)
    if one.seen == 1:
        showed = f"Showed once, {last}"
    elif one.first_seen == one.last_seen:
        showed = f"Showed {_times(one.seen)}, {last}"
    else:
        showed = f"Showed {_times(one.seen)}, first {words.day_past(one.first_seen, seen.today)}, last {last}"
    sure = "" if not one.sure else "; you were sure" if one.seen == 1 else f"; you were sure {_times(one.sure)}"
    return f"{showed}{sure}. {_refuted(one)}."


def _refuted(one: Belief) -> str:
    if not one.days:
        return "Not refuted yet" if one.seen == 1 else "Not refuted since"
    if len(one.days) < DAYS:
        return f"Refuted on {len(one.days)} of {DAYS} days"
    return f"Refuted on {len(one.days)} days; what is missing is another of these cards"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _proof(one: Belief, collection: Collection, cards: tuple[str, ...]) -> None:
    """The sandbox as if it were true, and the cards that tell it from the truth."""
    switch = SWITCHES.get(collection.misconceptions[one.id].switch or "")
    if switch is not None:
        state = dict(switch.experiment)
        st.page_link(SANDBOX, label="See it as if that were true", icon=":material/compare:", query_params=state)
    for name in cards:
        card = collection.cards[name]
        label = words.label(asked(card, deletions(card)[0], 0))
        st.page_link(REVIEW, label=label, icon=":material/quiz:", query_params={"card": name})


def _line(one: Belief, collection: Collection, seen: Seen) -> str:
    last = words.day_past(one.last_seen, seen.today)
    belief = words.markdown(collection.misconceptions[one.id].belief)
    return f"- “{belief}” Last showed {last}."
