"""The end of a sitting: what the day came to, one's own words to mark again, and when it goes on."""

import streamlit as st

from attnquiz.study.session import Phase
from attnquiz.study.summary import Share, Summary, summary
from attnquiz.ui import place, remarking, today, words
from attnquiz.ui.review import session


def finished() -> None:
    """Nothing is left to ask."""
    sitting = session()
    if sitting.phase is not Phase.DONE:
        return
    if sitting.note:
        st.info(sitting.note, icon=":material/info:")
    remarking.again()
    ahead = today.outlook()
    st.success(today.nothing_left(ahead))
    with place.store().reading() as r:
        day = summary(r, place.collection(), ahead.today)
    if day.answers:
        _came_to(day, ahead.introduced_today)
    st.markdown(f"You have seen {ahead.seen} of {words.count(ahead.faces, 'card')}.")
    if ahead.queue.waiting and not today.limited(ahead):
        st.caption("New cards open as soon as the ones they build on are known.")
    today.doors(ahead)


def _came_to(day: Summary, new: int) -> None:
    st.subheader("Today", anchor=False)
    met = f", {new} of them new" if new else ""
    lines = [f"{words.count(day.answers, 'answer')} to {words.count(day.cards, 'card')}{met}.", _gained(day.gained)]
    sure = [f"{said} {share.right} of {share.of} right" for said, share in _calibration(day) if share.of]
    if sure:
        lines.append(f"{'; '.join(sure)}.")
    st.markdown("\n".join(f"- {line}" for line in lines))
    _beliefs("Gone for good, after three days of right answers:", day.gone)
    _beliefs("You answered against what you once believed:", tuple(set(day.refuted) - set(day.gone)))
    _beliefs("Showed today, and comes back in other cards:", day.showed)


def _gained(days: float) -> str:
    """Stability is the days until a card is forgotten one time in ten (FSRS)."""
    if days < 0.5:
        return "What you forgot starts again from short intervals: that is how it comes back to stay."
    return f"Memory grew by {words.count(round(days), 'day')} in all: that much longer until these cards fade."


def _calibration(day: Summary) -> tuple[tuple[str, Share], ...]:
    return ("When you were sure:", day.sure), ("when you were not sure:", day.unsure)


def _beliefs(said: str, ids: tuple[str, ...]) -> None:
    known = place.collection().misconceptions
    if ids:
        st.markdown(said + "\n" + "\n".join(f"- “{words.markdown(known[name].belief)}”" for name in sorted(ids)))
