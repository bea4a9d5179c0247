"""The parts of the page a learner lands on."""

import streamlit as st

from attnquiz.cards.concepts import Concept
from attnquiz.sandbox.written import plain
from attnquiz.study.outlook import Outlook, look
from attnquiz.ui import learn, place, words
from attnquiz.ui.state import trouble

REVIEW, SANDBOX, PROGRESS = "pages/study/review.py", "pages/sandbox/attention.py", "pages/progress/overview.py"
EXPERIMENTS = "pages/sandbox/experiments.py"
TODAY, PLACEMENT = "pages/study/today.py", "pages/study/placement.py"


def outlook() -> Outlook:
    return look(place.store(), place.collection(), place.zone(), place.now())


def greeting(ahead: Outlook) -> None:
    """How much there is to do, in one line of numbers, and one button to start."""
    sentence = trouble()
    if sentence:
        st.error(plain(sentence))
    learning, due, new = ahead.queue.counts()
    if not ahead.memories:
        st.markdown(
            "Learn how self-attention works by working it out, and keep it: answer a few cards a day, and each comes "
            "back shortly before you would forget it."
        )
    with st.grid(3, min_column_width=90):
        st.metric("Due now", f"{learning + due:,}")
        st.metric("Ready to learn", f"{new:,}")
        st.metric("Answered today", f"{ahead.reviewed_today:,}")
    if learning + due + new:
        label = "Start" if ahead.memories else "Start with the first card"
        if st.button(label, key="start", type="primary", shortcut="Space", width="stretch"):
            st.switch_page(REVIEW)
    else:
        st.success(nothing_left(ahead))


def nothing_left(ahead: Outlook) -> str:
    """A sentence for somebody who is done: when it goes on."""
    if ahead.next_at is not None:
        minutes = max(1, round((ahead.next_at - place.now()).total_seconds() / 60))
        return f"Done for now. The next card comes back in {words.count(minutes, 'minute')}."
    if ahead.queue.later:
        waits = "waits" if ahead.queue.later == 1 else "wait"
        left = words.count(ahead.queue.later, "card")
        return f"Done for today, as far as your limits go. {left} {waits} for another day."
    if ahead.next_day is not None:
        due = f"next cards are due {words.day(ahead.next_day, ahead.today)}."
        fresh = limited(ahead) and ahead.preferences.new_per_day
        return f"Done for today. New cards come tomorrow; the {due}" if fresh else f"Done for today. The {due}"
    if not limited(ahead):
        return "There are no cards to ask."
    if ahead.preferences.new_per_day:
        return "Done for today. New cards come tomorrow."
    return "No card is due, and your limit is no new cards a day."


def limited(ahead: Outlook) -> bool:
    """Whether only the daily limit keeps new cards back."""
    return len(ahead.memories) < ahead.faces and ahead.introduced_today >= ahead.preferences.new_per_day


def offer(ahead: Outlook) -> None:
    """What a newcomer may do first who is not new to the subject."""
    if ahead.memories:
        return
    with st.container(border=True, gap="small"):
        st.markdown("**Know some of this already?** A short test finds out where you should start.")
        st.page_link(PLACEMENT, label="Take the placement test, about 5 minutes", icon=":material/explore:")


def ready(ahead: Outlook) -> None:
    """Concepts whose prerequisites are known and that still have new cards, and those that wait."""
    collection = place.collection()
    fresh: dict[str, int] = {}
    for face in ahead.queue.new:
        concept = collection.cards[face.card].concept
        fresh[concept] = fresh.get(concept, 0) + 1
    if fresh:
        st.subheader("Ready to learn")
        st.markdown("\n".join(_line(collection.concepts.get(name), number) for name, number in fresh.items()))
    if ahead.queue.waiting:
        with st.expander(f"Later: {words.count(len(ahead.queue.waiting), 'concept')} that build on these"):
            titles = {name: concept.title for name, concept in collection.concepts.items()}
            waiting = ahead.queue.waiting.items()
            st.markdown(
                "\n".join(
                    f"- **{titles[name]}** comes after {'; '.join(sorted(titles[need] for need in needs))}"
                    for name, needs in waiting
                )
            )


def _line(concept: Concept | None, cards: int) -> str:
    if concept is None:
        return f"- **Your own cards** ({words.count(cards, 'card')})"
    return f"- **{concept.title}**: {concept.objective} ({words.count(cards, 'card')})"


def doors(ahead: Outlook) -> None:
    """The other rooms; the placement test too, where it is not offered above."""
    st.subheader("Or look around")
    for progress in learn.all_paths():
        verb = "Read on" if progress.begun else "Read"
        label = f"{verb}: {progress.path.title}"
        query = learn.address(progress.path, progress.chapter)
        st.page_link(learn.LEARN, label=label, icon=":material/menu_book:", query_params=query)
    st.page_link(SANDBOX, label="Step through an attention computation", icon=":material/grid_on:")
    st.page_link(EXPERIMENTS, label="Predict, then look: the experiments", icon=":material/science:")
    st.page_link(PROGRESS, label="See what you have learnt", icon=":material/monitoring:")
    if ahead.memories:
        st.page_link(PLACEMENT, label="Know more than you are asked? The placement test", icon=":material/explore:")


def problems() -> None:
    """Decks of the learner's own that cannot be read, with line numbers."""
    broken = place.collection().problems
    if broken:
        st.warning(
            f"{words.count(len(broken), 'problem')} in your own decks; all other cards work. Where, and what to do:",
            icon=":material/edit_note:",
        )
        st.code("\n".join(str(problem) for problem in broken), language=None, wrap_lines=True)
