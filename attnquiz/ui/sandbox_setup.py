"""The set-up at the side of the sandbox: what goes in, who may look where, which kind of attention, and how large."""

import math
from typing import Any

import streamlit as st

from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MOST_TOKENS, names_in
from attnquiz.sandbox import sides
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.checks import DIVISORS, SEEDS, TEMPERATURES
from attnquiz.sandbox.experiment import Experiment, Mask, own_text
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.words import LONGEST_TEXT
from attnquiz.ui import place, words
from attnquiz.ui.sandbox_address import current, go, reset
from attnquiz.ui.state import act, held, hold

OWN = "own text"
SAMPLE = "The cat sat on the mat because it was tired"
SECOND = "Die Katze saß müde auf der Matte"
WIDTHS = (2, 4, 8, 16, 32, 64)
DROPOUTS = (0.0, 0.1, 0.2, 0.5)
SCORINGS = {
    Scoring.DOT: "Dot product",
    Scoring.ADDITIVE: "Additive: a small network",
    Scoring.COSINE: "Cosine of the angle",
}
POSITIONS = {
    Positions.NONE: "None",
    Positions.SINUSOIDAL: "Sine and cosine waves, added",
    Positions.LEARNED: "A learned table, added",
    Positions.ROPE: "RoPE: queries and keys turned",
    Positions.ALIBI: "ALiBi: distance costs score",
    Positions.T5: "T5: a learned bias by distance",
}


@act
def _set(name: str) -> None:
    """The control of this name was moved. One that was taken away and brought back by hurried clicks may report that
    it has no value: that is nobody's choice."""
    value = held(_key(name))
    if value is not None:
        go(_with(current(), name, value))


@act
def _open() -> None:
    chosen = held(_key("experiment"))
    kept = current()
    opened = own_text(SAMPLE, stage=kept.stage) if chosen == OWN else load(chosen)
    go(opened.changed(belief=kept.belief))


def _with(experiment: Experiment, name: str, value: Any) -> Experiment:
    """The experiment with one control moved; controls that belong together move together."""
    match name:
        case "causal":
            return experiment.changed(mask=_mask(value, experiment.mask.is_padding))
        case "hide_padding":
            return experiment.changed(mask=_mask(experiment.mask.is_causal, value))
        case "tokens":
            return experiment.changed(listed=_named(experiment, names_in(value)))
        case "cross":
            return experiment.changed(memory_text=SECOND if value else None, layers=1)
        case "d_model" | "heads":
            sizes = {"d_model": experiment.d_model, "heads": experiment.heads, name: value}
            heads = math.gcd(sizes["heads"], sizes["d_model"])
            fits = experiment.kv_heads is not None and heads % experiment.kv_heads == 0
            return experiment.changed(**{**sizes, "heads": heads}, kv_heads=experiment.kv_heads if fits else None)
        case "kv_heads":
            return experiment.changed(kv_heads=None if value == experiment.heads else value)
        case _:
            return experiment.changed(**{name: value})


def _named(experiment: Experiment, listed: tuple[str, ...]) -> tuple[str, ...]:
    """As many names as before, where the example gives numbers for each token."""
    number = len(experiment.listed)
    if len(listed) != number and {"X", "Q", "K", "V", "MASK"} & dict(experiment.given).keys():
        raise SandboxError(
            f"This example has numbers for {words.count(number, 'token')}: type as many names. For a sentence of your "
            "own, choose Your own text as the example."
        )
    return listed


def _mask(causal: bool, padding: bool) -> Mask:
    return {(False, False): Mask.NONE, (True, False): Mask.CAUSAL, (False, True): Mask.PADDING}.get(
        (causal, padding), Mask.BOTH
    )


def _key(name: str) -> str:
    return f"sandbox-{name}"


def control(name: str, value: object) -> dict[str, Any]:
    """What ties a widget to the address."""
    hold(_key(name), value)
    return {"key": _key(name), "on_change": _set, "args": (name,)}


def set_up(experiment: Experiment) -> None:
    """Everything that changes what is computed."""
    st.subheader("Set-up", anchor=False)
    _what(experiment)
    st.toggle(
        "Causal mask",
        help="A token may look at itself and at what came before it, never at what comes later.",
        **control("causal", experiment.mask.is_causal),
    )
    st.toggle(
        "Divide by √d_k",
        help="Without it, long vectors give large scores, and nearly all weight goes to one token."
        if experiment.scoring is Scoring.DOT
        else "Only dot products grow with the width of the keys; other scores are not divided.",
        disabled=experiment.scoring is not Scoring.DOT or experiment.divisor is not None,
        **control("scale", experiment.scale),
    )
    st.number_input(
        "Temperature",
        *TEMPERATURES,
        step=0.1,
        format="%g",
        help="Above 1 the weights become more even, below 1 more extreme.",
        **control("temperature", experiment.temperature),
    )
    _who_sees_whom(experiment)
    _kind(experiment)
    _sizes(experiment)
    _beliefs(experiment)
    st.button(
        "Start over", key="reset", on_click=reset, icon=":material/restart_alt:", help="Opens the first example.",
    )  # fmt: skip


def _what(experiment: Experiment) -> None:
    hold(_key("experiment"), experiment.name or OWN)
    st.selectbox(
        "Example",
        options=[*names(), OWN],
        format_func=lambda name: "Your own text" if name == OWN else load(name).title,
        key=_key("experiment"),
        on_change=_open,
    )
    if experiment.text is None:
        _tokens(experiment)
        return
    st.text_area(
        "Your text",
        max_chars=LONGEST_TEXT,
        height=110,
        help="Every word and every sign counts as one token. Real models cut words into smaller pieces.",
        **control("text", experiment.text),
    )
    st.toggle(
        "A second text to look at",
        help="Cross-attention: the first text asks, the second gives keys and values, as in translation.",
        **control("cross", experiment.memory_text is not None),
    )
    if experiment.memory_text is not None:
        st.text_area(
            "The second text", max_chars=LONGEST_TEXT, height=110, **control("memory_text", experiment.memory_text)
        )


def _tokens(experiment: Experiment) -> None:
    """Their names, where they are words."""
    if any("," in token for token in experiment.listed) or {"IMAGE", "SERIES"} & dict(experiment.given).keys():
        return
    st.text_input(
        "Tokens",
        help="Separated by commas. Where the example gives vectors, a word is only a name; where vectors are drawn, "
        "another word gets another vector.",
        **control("tokens", ", ".join(experiment.listed)),
    )


def _who_sees_whom(experiment: Experiment) -> None:
    own = experiment.text is not None
    most = 16 if own else len(experiment.key_tokens)
    with st.expander("Padding, window", expanded=bool(experiment.padding or experiment.window)):
        st.number_input(
            "Padding tokens at the end",
            0,
            max(most, experiment.padding),
            help="Sentences that are computed together are filled up to one length."
            if own
            else "So many of the last tokens count as filling.",
            **control("padding", experiment.padding),
        )
        st.toggle(
            "Padding mask", help="Nobody may look at padding.", **control("hide_padding", experiment.mask.is_padding)
        )
        st.number_input(
            "Window",
            0,
            MOST_TOKENS,
            help="With a window of 3, a token sees itself and the two tokens on either side. 0: no window.",
            **control("window", experiment.window),
        )
        st.caption("Single cells of the mask can be turned over in the picture of stage 5.")


def _kind(experiment: Experiment) -> None:
    with st.expander("Scores and positions", expanded=False):
        st.selectbox(
            "A query and a key are compared by",
            options=list(SCORINGS),
            format_func=SCORINGS.get,
            **control("scoring", experiment.scoring),
        )
        st.number_input(
            "Divide by another number",
            *DIVISORS,
            value=None,
            step=1.0,
            format="%g",
            placeholder="as above",
            help="Scores are divided by this instead of √d_k. Leave it empty for √d_k.",
            **control("divisor", experiment.divisor),
        )
        st.selectbox(
            "Positions",
            options=[p for p in POSITIONS if not (p.is_added and experiment.starts_from_qkv)],
            format_func=POSITIONS.get,
            help="Attention alone does not know the order of its tokens. Each of these brings it in another way.",
            **control("positions", experiment.positions),
        )
        st.selectbox(
            "Dropout on the weights",
            options=sorted({*DROPOUTS, experiment.dropout}),
            format_func=lambda share: f"{share:.0%}" if share else "None",
            help="In training, so many weights are set to 0 at random and the others enlarged.",
            disabled=experiment.is_long,
            **control("dropout", experiment.dropout),
        )


def _sizes(experiment: Experiment) -> None:
    with st.expander("Sizes and random numbers"):
        fixed = "The numbers of this example fix the sizes." if experiment.fixed_width else None
        st.selectbox(
            "d_model, numbers per token",
            options=sorted({*WIDTHS, experiment.d_model}),
            disabled=experiment.fixed_width,
            help=fixed,
            **control("d_model", experiment.d_model),
        )
        st.selectbox(
            "Heads",
            options=[h for h in range(1, min(experiment.d_model, 64) + 1) if experiment.d_model % h == 0],
            disabled=experiment.fixed_width,
            help=fixed or "Each head gets its own slice of the numbers and its own weights.",
            **control("heads", experiment.heads),
        )
        st.selectbox(
            "Heads of keys and values",
            options=[g for g in range(1, experiment.heads + 1) if experiment.heads % g == 0],
            disabled=experiment.fixed_width or experiment.heads == 1,
            help=fixed or "Fewer than heads: neighbouring heads share keys and values (grouped-query attention); with "
            "one, all do (multi-query attention). That saves memory while a text is written.",
            **control("kv_heads", sides.heads_of_keys(experiment)),
        )
        st.selectbox(
            "Layers",
            options=[1, 2],
            disabled=experiment.is_cross or experiment.starts_from_qkv or experiment.is_long,
            help="The second layer works on what the first one put out, added to its input.",
            **control("layers", experiment.layers),
        )
        st.number_input(
            "Seed",
            *SEEDS,
            help="Vectors and matrices that are not given are drawn at random. The same seed gives the same numbers.",
            **control("seed", experiment.seed),
        )


def _beliefs(experiment: Experiment) -> None:
    sentences = place.collection().misconceptions
    with st.expander("As if ...", expanded=bool(experiment.belief)):  # a list, because a narrow box cuts sentences off
        st.radio(
            "Choose a wrong belief to see what attention would compute if it were true, beside what it does compute.",
            options=["", *SWITCHES],
            format_func=lambda name: sentences[name].belief if name else "Nothing: show how it is.",
            **control("belief", experiment.belief),
        )
