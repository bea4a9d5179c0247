"""The part of the progress page about cards that are not asked any more, and about remarks on cards."""

from collections.abc import Callable

import streamlit as st

from attnquiz.cards.faces import asked, deletions
from attnquiz.sandbox.written import plain
from attnquiz.store.entry import Entry
from attnquiz.study import aside
from attnquiz.ui import place, words
from attnquiz.ui.progress import Seen
from attnquiz.ui.state import act, state, trouble


def set_aside(seen: Seen) -> None:
    """Suspended cards and flags, each with a button that takes it back; nothing where there are none."""
    sentence = trouble()
    if sentence:
        st.error(plain(sentence))
    with place.store().reading() as r:
        suspended, flags = r.suspended(), aside.flags(r)
    if not suspended and not flags:
        return
    st.subheader("Set aside")
    if suspended:
        st.markdown("Suspended: not asked until you bring it back.")
    for card, entry in suspended.items():
        with _box(card, f"Suspended {words.day_past(entry.study_day, seen.today)}"):
            _button(f"Bring back {card}", entry, brought_back, card)
    if flags:
        st.markdown("Your remarks about cards.")
    for flag in flags:
        with _box(flag.card, f"Your remark {words.day_past(flag.entry.study_day, seen.today)}: {plain(flag.reason)}"):
            if flag.note:
                st.text(flag.note)
            _button(f"Take back the remark on {flag.card}", flag.entry, withdrawn, flag.entry)


def _box(card: str, happened: str) -> st.delta_generator.DeltaGenerator:
    """A frame that begins with the question and what happened to it."""
    box = st.container(border=True)
    found = place.collection().cards.get(card)
    question = "This card is in none of the decks now." if found is None else asked(found, deletions(found)[0], 0)
    box.markdown(words.markdown(question))
    box.caption(happened)
    return box


def _button(label: str, entry: Entry, step: Callable[..., None], what: object) -> None:
    st.button(label, key=f"aside:{entry.id}", on_click=step, args=(what,))


@act
def brought_back(card: str) -> None:
    aside.unsuspend(place.desk(), card, place.now())
    state().session = None  # what was to be asked, and by which token, is no longer so


@act
def withdrawn(flag: Entry) -> None:
    aside.unflag(place.desk(), flag, place.now())
    state().session = None
