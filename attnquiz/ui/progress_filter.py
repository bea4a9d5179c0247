"""What the progress page is about: all answers, or those of a period, a deck, a concept or a kind of card.

The address keeps what was chosen, so that a link and a reload show the same.
"""

from datetime import date, timedelta

import streamlit as st

from attnquiz.cards.collection import Collection
from attnquiz.sandbox.written import plain
from attnquiz.store.rollup import Scope
from attnquiz.ui import words
from attnquiz.ui.progress import Seen
from attnquiz.ui.state import choose, held

ALL_TIME, ALL_DECKS, ALL_CONCEPTS, ALL_KINDS = "All time", "All decks", "All concepts", "All kinds"
PERIODS = {"Last 4 weeks": 4, "Last 13 weeks": 13, "Last 52 weeks": 52}
EVERYTHING = {"period": ALL_TIME, "deck": ALL_DECKS, "concept": ALL_CONCEPTS, "kind": ALL_KINDS}
"""The key of each filter, which is its name in the address, and what it says when it lets everything through."""
BEGINS = (
    "Every period begins on a Monday and has the present week as its last. It is about answers: what you know is as of "
    "today."
)
SHARED = "A deck's figures are those of its concepts: two decks that share a concept share its figures."


def through(seen: Seen) -> Seen:
    """What is left of everything by the filters, which are drawn here."""
    collection = seen.collection
    with st.expander("Filter", icon=":material/filter_alt:", key="filter"):
        left, right = st.columns(2)
        with left:
            _select("Period", "period", list(PERIODS), BEGINS)
            deck = _select("Deck", "deck", [name for name, of in decks(collection).items() if of], SHARED)
        within = decks(collection).get(deck)
        offered = [title for title, name in titles(collection).items() if within is None or name in within]
        with right:
            _select("Concept", "concept", offered)
            _select("Kind of card", "kind", [words.KINDS[kind] for kind in kinds(collection)])
    if chosen := [held(key) for key, nothing in EVERYTHING.items() if held(key) != nothing]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"Only: **{plain(' · '.join(chosen))}**")
            st.button("Show everything", key="filter-reset", icon=":material/filter_alt_off:", on_click=reset)
    scope = chosen_scope(collection, seen.today)
    if scope.several:
        st.caption("Several filters at once take a little longer: the answers are counted one by one.")
    seen = seen if scope == seen.scope else seen.through(scope)
    if seen.empty:
        st.info("Nothing that you have answered passes this filter.", icon=":material/filter_alt:")
    return seen


def chosen_scope(collection: Collection, today: date) -> Scope:
    """What the filters say."""
    concept, deck = titles(collection).get(held("concept")), decks(collection).get(held("deck"))
    kind = next((kind for kind, name in words.KINDS.items() if name == held("kind")), None)
    weeks = PERIODS.get(held("period"))
    return Scope(frozenset({concept}) if concept else deck, kind, None if weeks is None else since(today, weeks))


def since(today: date, weeks: int) -> date:
    """The Monday on which so many weeks begin, of which this is the last."""
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


def in_words() -> str:
    """What was chosen."""
    return ", ".join(held(key) or nothing for key, nothing in EVERYTHING.items())


def decks(collection: Collection) -> dict[str, frozenset[str]]:
    """The concepts of each deck, by its title; decks of one title are one."""
    found: dict[str, frozenset[str]] = {}
    for deck in collection.decks:
        found[deck.title] = found.get(deck.title, frozenset()) | {card.concept for card in deck.cards if card.concept}
    return found


def titles(collection: Collection) -> dict[str, str]:
    """The name of each concept that has cards, by its title."""
    used = {card.concept for card in collection.cards.values()}
    return {each.title: name for name, each in collection.concepts.items() if name in used}


def kinds(collection: Collection) -> list[str]:
    """The kinds of which there are cards."""
    used = {card.kind for card in collection.cards.values()}
    return [kind for kind in words.KINDS if kind in used]


def reset() -> None:
    for key, nothing in EVERYTHING.items():
        choose(key, nothing)


def _select(label: str, key: str, options: list[str], about: str | None = None) -> str:
    return st.selectbox(label, [EVERYTHING[key], *options], key=key, bind="query-params", help=about)
