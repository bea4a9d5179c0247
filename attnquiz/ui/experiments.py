"""All experiments on one page: what is special about each, a way into it, and whether it was predicted before."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import streamlit as st

from attnquiz.attention.variant import Positions, Scoring
from attnquiz.cards.card import Card, Kind
from attnquiz.cards.faces import asked
from attnquiz.recall.face import Face
from attnquiz.sandbox.experiment import Experiment, Mask
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.written import plain
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.log import Reading
from attnquiz.study.drill import day_of
from attnquiz.ui import place, words
from attnquiz.ui.see import SANDBOX

REVIEW = "pages/study/review.py"
MASKS = {
    Mask.CAUSAL: "causal mask",
    Mask.PADDING: "padding mask",
    Mask.BOTH: "causal and padding mask",
}
CUT = {"IMAGE": "cut from an image", "SERIES": "cut from a series"}
SCORING = {Scoring.ADDITIVE: "additive scores", Scoring.COSINE: "cosine scores"}
POSITIONS = {
    Positions.SINUSOIDAL: "waves added as positions",
    Positions.LEARNED: "a learned vector for each position",
    Positions.ROPE: "positions by turning (RoPE)",
    Positions.ALIBI: "a price for distance (ALiBi)",
    Positions.T5: "a number for each distance (T5)",
}
MORE = "More to try"


@dataclass(frozen=True, slots=True)
class Listed:
    """An experiment, the card that asks for a prediction, and what became of the latest one."""

    experiment: Experiment
    card: Card | None
    predicted: Entry | None
    today: date


def groups() -> dict[str, list[Listed]]:
    """Every experiment under the theme of the first deck that leads to it; those with a question first."""
    collection = place.collection()
    themes = {deck.name: deck.title for deck in collection.decks}
    leads: dict[str, str] = {}
    for card in collection.cards.values():
        if card.see is not None and card.deck in themes:
            leads.setdefault(card.see.name, themes[card.deck])
    found: dict[str, list[Listed]] = {title: [] for title in (*themes.values(), MORE)}
    for each in _listed():
        # The card that asks for a prediction says best what an experiment is about.
        title = themes.get(each.card.deck) if each.card is not None else leads.get(each.experiment.name)
        found[title or MORE].append(each)
    return {title: sorted(some, key=lambda each: each.card is None) for title, some in found.items() if some}


def _listed() -> list[Listed]:
    cards = {
        card.see.name: card
        for card in reversed(place.collection().cards.values())
        if card.kind is Kind.EXPERIMENT and card.see is not None
    }
    with place.store().reading() as r:
        today = day_of(r, place.desk(), place.now())
        found = [Listed(load(name), cards.get(name), _latest(r, cards.get(name)), today) for name in names()]
    return sorted(found, key=lambda each: each.experiment.title)


def _latest(r: Reading, card: Card | None) -> Entry | None:
    if card is None:
        return None
    attempts = [entry for entry in r.effective(Face(card.id, 0)) if entry.kind is Happened.ATTEMPT]
    return attempts[-1] if attempts else None


def contents(titles: Iterable[str]) -> None:
    """A way to each group, because the page is long."""
    st.markdown(" · ".join(f"[{title}](#{_anchor(title)})" for title in titles))


def show_group(title: str, found: list[Listed]) -> None:
    """A heading, and what belongs under it."""
    st.header(title, anchor=_anchor(title))
    for each in found:
        _show(each)


def _anchor(title: str) -> str:
    return "-".join(re.findall(r"\w+", title.lower()))


def _show(each: Listed) -> None:
    """One experiment: title, prose, tokens, what is special, and the ways on."""
    experiment = each.experiment
    with st.container(border=True, key=f"experiment-{experiment.name}"):
        st.subheader(plain(experiment.title), anchor=False)
        st.markdown(words.markdown(_prose(each)))
        st.caption(f"{plain(_tokens(experiment))}  \n{', '.join(special(experiment))}")
        if each.predicted is not None:
            st.markdown(predicted(each.predicted, each.today))
        with st.container(horizontal=True, gap="medium"):
            if each.card is not None:
                st.page_link(
                    REVIEW, label="Predict again" if each.predicted else "Predict first",
                    icon=":material/quiz:", query_params={"card": each.card.id},
                )  # fmt: skip
            st.page_link(
                SANDBOX, label="Open in the sandbox", icon=":material/grid_on:",
                query_params={"experiment": experiment.name},
            )  # fmt: skip


def _prose(each: Listed) -> str:
    """What is to be seen; while a prediction is still open, the question, because the prose would answer it."""
    if each.card is None or each.predicted is not None:
        return each.experiment.about
    return asked(each.card, 0, 0)


def _tokens(e: Experiment) -> str:
    """The tokens that ask, and those that are asked where they are others."""
    found = " · ".join(e.tokens)
    return f"{found} → {' · '.join(e.key_tokens)}" if e.is_cross else found


def special(experiment: Experiment) -> list[str]:
    """What sets this experiment apart: "5 tokens", "2 heads", "causal mask", "no scaling"."""
    e = experiment
    found = [words.count(len(e.tokens), "token")]
    found += [CUT[name] for name, _ in e.given if name in CUT]
    if e.is_cross:
        found.append(f"looking at {len(e.key_tokens)} others")
    if e.padding:
        found.append(f"{e.padding} of them padding")
    found.append(words.count(e.heads, "head"))
    if e.kv_heads is not None:
        found.append(f"{words.count(e.kv_heads, 'head')} of keys and values")
    if e.layers > 1:
        found.append(words.count(e.layers, "layer"))
    found.append("a mask of its own" if e.block("MASK") else MASKS.get(e.mask, "no mask"))
    if e.window:
        found.append(f"a window of {e.window}")
    return found + _changed(e)


def _changed(e: Experiment) -> list[str]:
    """What happens to scores and weights otherwise than in the equation."""
    found = [SCORING[e.scoring]] if e.scoring in SCORING else []
    if e.scoring is Scoring.DOT and not e.scale and e.divisor is None:
        found.append("no scaling")
    if e.divisor is not None:
        found.append(f"scores divided by {e.divisor:g}")
    if e.temperature != 1:
        found.append(f"temperature {e.temperature:g}")
    if e.positions in POSITIONS:
        found.append(POSITIONS[e.positions])
    if e.dropout:
        found.append(f"dropout {e.dropout:g}")
    if e.batch > 1:
        found.append(f"a batch of {e.batch}")
    return found


def predicted(attempt: Entry, today: date) -> str:
    """ "You predicted it yesterday: you were right." """
    how = {"right": "you were right", "unknown": "you did not know"}.get(attempt.verdict, "you were wrong")
    return f"You predicted it {words.day_past(attempt.study_day, today)}: {how}."
