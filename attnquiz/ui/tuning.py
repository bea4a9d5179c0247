"""Weights tuned to the learner: which are in use and what they changed, fits under way, and the way back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.recall.day import study_day
from attnquiz.recall.fit import intervals
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.sandbox.written import plain
from attnquiz.store.database import Reading, Store
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.tuned import Weights, said
from attnquiz.study import weights as chosen
from attnquiz.study.fitting import AUTOMATIC, SOME, Stage, is_time, missing
from attnquiz.study.preferences import OFF, Preferences
from attnquiz.ui import place, words
from attnquiz.ui.state import held, hold, state
from attnquiz.ui.tuner import Tuner

BY_ITSELF, TOLD = "tune-by-itself", "tune-told"
P = ParamSpec("P")
A_NEW_CARD = "A new card comes back after"
COURSES = ("Again, Good, Good", "Good, Good", "Easy", "Good, Good, and Good again")
STAGES = {Stage.STARTING: "the first four weights", Stage.ALL: "all 21 weights"}


@st.cache_resource(show_spinner=False)
def _tuner() -> Tuner:
    return Tuner()


def by_itself() -> Callable[[Path, str, datetime], None]:
    """What begins a fit when it is time for one; for a thread, which cannot ask the page for anything."""
    return partial(_begin_in_time, _tuner()) if place.tunes_itself() else _nothing


def _nothing(path: Path, zone: str, now: datetime) -> None:
    pass


def _begin_in_time(tuner: Tuner, path: Path, zone: str, now: datetime) -> None:
    with Store.open(path).reading() as r:
        today = study_day(now, zone, Preferences.of(r).rollover)
        time = is_time(r, today)
    if time and tuner.progress(path) is None:
        tuner.begin(path)


def tuning() -> None:
    """The whole section. While a fit is under way it draws itself again, twice a second."""
    st.header("Tuning", anchor=False)
    st.markdown(
        "Not everybody forgets equally fast. The scheduler has 21 numbers for that, its **weights**. As you go, they "
        "are fitted to your answers. New weights are taken only if they predict your latest answers, which the fit has "
        "not seen, better than the weights in use."
    )
    running = _tuner().progress(place.file()) is not None
    st.fragment(_section, run_every=0.5 if running else None)(running)


def _section(was_running: bool) -> None:
    part = _tuner().progress(place.file())
    if (part is not None) != was_running:
        st.rerun()  # the fragment is to draw itself again, or not any more
    if part is not None:
        st.progress(part, text=f"Fitting to your answers: {part:.0%}. You can go on meanwhile.")
        st.button("Stop", key="tune-stop", icon=":material/stop:", on_click=_stop)
    elif sentence := _tuner().result(place.file()):
        st.info(plain(sentence))
    if told := held(TOLD):
        hold(TOLD, None)
        done, sentence = told
        (st.success if done else st.error)(plain(sentence))
    try:
        with place.store().reading() as r:
            _in_use(r)
            _buttons(r, running=part is not None)
            _earlier(r)
    except AttnquizError as error:
        st.error(plain(str(error)))


def _in_use(r: Reading) -> None:
    kept = r.weights_kept()
    if not kept:
        st.markdown(f"**In use:** the default weights, a fair guess for most people.{_still_missing(r)}")
        return
    latest, fit = kept[-1], said(kept[-1])
    when = words.day_past(latest.study_day, study_day(place.now(), place.zone(), Preferences.of(r).rollover))
    if fit["stage"] == Stage.DEFAULTS:
        st.markdown(f"**In use:** the default weights, which you chose {when}.")
    else:
        st.markdown(
            f"**In use:** {STAGES[Stage(fit['stage'])]} tuned to you {when}, from {int(fit['answers']):,} answers."
        )
        st.markdown(_difference(fit))
    _intervals(r, kept)


def _still_missing(r: Reading) -> str:
    """How far it is to the first fit; nothing where there is enough."""
    if (count := missing(r)) is None:
        return ""
    return f" Tuning begins after {SOME} answers to cards that came back on a later day: so far there are **{count}**."


def _difference(fit: dict[str, Any]) -> str:
    return (
        f"Of **{int(fit['held_out']):,}** later answers that the fit had not seen, the weights before it expected "
        f"**{fit['expected_before']:.0%}** to be right, these **{fit['expected_after']:.0%}**; "
        f"**{fit['recalled']:.0%}** were. Log loss, where less is better: {fit['before']:.4f} before, "
        f"**{fit['after']:.4f}** now."
    )


def _intervals(r: Reading, kept: list[Entry]) -> None:
    """How long new cards would wait, before and now."""
    import pandas as pd  # only here: the first card does not wait for it

    preferences = Preferences.of(r)
    before = said(kept[-1]).get("instead_of")
    earlier = DEFAULT_WEIGHTS if before in (None, "default") else r.weights(str(before))
    columns = {
        "Before": intervals(earlier, preferences.retention),
        "Now": intervals(_numbers(preferences.weights), preferences.retention),
    }
    days = {name: [words.count(each, "day") for each in column] for name, column in columns.items()}
    st.table(pd.DataFrame({A_NEW_CARD: COURSES, **days}), hide_index=True, border="horizontal")
    st.caption(
        "Nothing that is due has moved: each card waits as its answers said. Weights count from the next answer to a "
        "card on."
    )


def _numbers(weights: Weights | None) -> tuple[float, ...]:
    return DEFAULT_WEIGHTS if weights is None else weights[1]


def _buttons(r: Reading, *, running: bool) -> None:
    kept, gone = r.weights_kept(), r.weights_taken_back()
    with st.container(horizontal=True, gap="small"):
        if not running:
            st.button("Tune now", key="tune-now", icon=":material/tune:", on_click=_begin)
        if kept:
            st.button(
                "Take this back", key="tune-back", icon=":material/undo:", on_click=_taken_back, args=(kept[-1].id,)
            )
            if said(kept[-1])["stage"] != Stage.DEFAULTS:
                st.button("Use the defaults", key="tune-defaults", on_click=_defaults, args=(kept[-1].id,))
        if gone is not None:
            st.button("Use it again", key="tune-again", icon=":material/redo:", on_click=_taken_again, args=(gone.id,))
    on = r.settings().get(AUTOMATIC) != OFF
    hold(BY_ITSELF, on)
    st.toggle("Tune by itself", key=BY_ITSELF, on_change=_switched, args=(not on,))
    st.caption("Once a day at most, when there are 200 new answers. It runs beside the app, and no page waits for it.")


def _earlier(r: Reading) -> None:
    import pandas as pd  # only here: the first card does not wait for it

    from attnquiz.ui import figure  # the same holds for pictures

    fits = r.fits()
    if not fits:
        return
    kept = [entry.id for entry in r.weights_kept()]
    with st.expander("All fits so far", icon=":material/history:"):
        rows = pd.DataFrame([_row(entry, kept) for entry in reversed(fits)])
        formats = dict.fromkeys(("Log loss before", "After", "Uncertain by"), ".4f")
        st.dataframe(figure.styled(rows, formats), hide_index=True)  # it scrolls with the keyboard, too


def _row(entry: Entry, kept: list[str]) -> dict[str, object]:
    fit = said(entry)
    if entry.kind is not Happened.WEIGHTS:
        outcome = "not taken: no clear gain"
    elif entry.id not in kept:
        outcome = "taken back"
    else:
        outcome = "in use" if entry.id == kept[-1] else "replaced"
    return {
        "Day": entry.study_day, "Fitted": STAGES.get(Stage(str(fit["stage"])), "none: the defaults"),
        "Answers": fit.get("answers"), "Log loss before": fit.get("before"), "After": fit.get("after"),
        "Uncertain by": fit.get("error"), "Outcome": outcome,
    }  # fmt: skip


def _begin() -> None:
    _tuner().begin(place.file())


def _stop() -> None:
    _tuner().stop(place.file())


def _told(callback: Callable[P, str]) -> Callable[P, None]:
    """A callback that says in the section what it did or could not do."""

    @wraps(callback)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            hold(TOLD, (True, callback(*args, **kwargs)))
            state().session = None  # it was planned with other weights
        except AttnquizError as error:
            hold(TOLD, (False, str(error)))

    return told


@_told
def _taken_back(id: str) -> str:
    chosen.take_back(place.desk(), id, place.now())
    return "Taken back. What was in use before is in use again."


@_told
def _taken_again(withdrawal: str) -> str:
    chosen.take_again(place.desk(), withdrawal, place.now())
    return "In use again."


@_told
def _defaults(id: str) -> str:
    chosen.use_defaults(place.desk(), id, place.now())
    return "The default weights are in use."


@_told
def _switched(on: bool) -> str:
    chosen.tune_by_itself(place.desk(), on, place.now())
    return "The weights are tuned by themselves." if on else "The weights are tuned only when you ask for it."
