"""A link from a card to the state of the sandbox that its ``see:`` line names."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from attnquiz.cards.card import STATE, Card, Kind, Reference
from attnquiz.cards.holes import fill
from attnquiz.cards.truth import names_of
from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query
from attnquiz.study.session import Showing
from attnquiz.ui import sandbox_address

SANDBOX = "pages/sandbox/attention.py"


def of(card: Card, variant: int, reviews: int = 0) -> Reference | None:
    """The card's reference with the holes of its arguments filled.

    An experiment that was reviewed before draws other numbers, so that its outcome is not known from the last time.
    """
    if card.see is None:
        return None
    values = names_of(card, variant)
    arguments = {name: fill(value, values) for name, value in card.see.arguments.items()}
    if card.kind is Kind.EXPERIMENT and arguments.get("seed", "").isdecimal():
        arguments["seed"] = str(int(arguments["seed"]) + reviews)
    return replace(card.see, arguments=arguments)


def asked(showing: Showing) -> Reference | None:
    """The reference of the card on the screen."""
    return of(showing.card, showing.variant, showing.reviews)


def label(showing: Showing) -> str:
    """What a link to it says: whether it shows what the card says, or the same with other numbers."""
    same = asked(showing) == of(showing.card, showing.variant)
    return "See it in the sandbox" if same else "Run it with other numbers"


def link(reference: Reference | None, label: str, extra: Mapping[str, str] | None = None) -> None:
    """A link to that state, with ``extra`` arguments; nothing where the sandbox has no such experiment."""
    found = query(reference, extra)
    if found is not None:
        st.page_link(SANDBOX, label=label, icon=":material/grid_on:", query_params=found)


def query(reference: Reference | None, extra: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """The address of that state, without the arguments that the sandbox refuses. None: no such experiment, or a saved
    state of another learner.

    Cards and lessons that ship open with all they say (L13 of the lint). A card of the learner's own may ask for too
    much, and a belief or a stage may not fit its state: then what fits is opened.
    """
    if reference is None:
        return None
    arguments = dict(reference.arguments)
    kept = reference.name == STATE
    start = {sandbox_address.STATE: arguments.pop("id", "")} if kept else {"experiment": reference.name}
    if not _opens(start):
        return None
    everything = {**arguments, **(extra or {}), **start}
    if _opens(everything):  # some arguments are accepted only together
        return everything
    found = start
    for name, value in everything.items():
        if _opens({**found, name: value}):
            found = {**found, name: value}
    return found


def _opens(query: Mapping[str, str]) -> bool:
    try:
        from_query(sandbox_address.whole(query))
    except SandboxError:
        return False
    return True
