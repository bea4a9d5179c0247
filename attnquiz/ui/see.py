"""A link from a card to the state of the sandbox that its ``see:`` line names."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from attnquiz.cards.card import Card, Reference
from attnquiz.cards.holes import fill
from attnquiz.cards.truth import names_of
from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.library import names

SANDBOX = "pages/sandbox/attention.py"


def of(card: Card, variant: int) -> Reference | None:
    """The card's reference with the holes of its arguments filled."""
    if card.see is None:
        return None
    values = names_of(card, variant)
    return replace(card.see, arguments={name: fill(value, values) for name, value in card.see.arguments.items()})


def link(reference: Reference | None, label: str, extra: Mapping[str, str] | None = None) -> None:
    """A link to that state, with ``extra`` arguments; nothing where the sandbox has no such experiment."""
    found = query(reference, extra)
    if found is not None:
        st.page_link(SANDBOX, label=label, icon=":material/grid_on:", query_params=found)


def query(reference: Reference | None, extra: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """The address of that state, without the arguments that the sandbox refuses. None: no such experiment.

    A card may name states that the sandbox cannot show yet, and arguments that are for people.
    """
    if reference is None or reference.name not in names():
        return None
    start = {"experiment": reference.name}
    everything = {**reference.arguments, **(extra or {}), **start}
    if _opens(everything):  # some arguments are accepted only together
        return everything
    kept = start
    for name, value in everything.items():
        if _opens({**kept, name: value}):
            kept = {**kept, name: value}
    return kept


def _opens(query: Mapping[str, str]) -> bool:
    try:
        from_query(query)
    except SandboxError:
        return False
    return True
