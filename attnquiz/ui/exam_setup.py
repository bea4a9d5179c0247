"""Before an exam: what it is to be about, and the cover of a paper."""

from dataclasses import replace

import streamlit as st

from attnquiz.errors import ExamError
from attnquiz.study import exam
from attnquiz.study.exam import Sitting
from attnquiz.study.exam_kept import instant
from attnquiz.study.exam_paper import FEWEST, LARGEST, MOST, USUAL, Paper, draw, fingerprint, paper_of
from attnquiz.study.exam_print import paper_text, sheet_text, title
from attnquiz.ui import place, words
from attnquiz.ui.exam import begun
from attnquiz.ui.state import act, held, hold

LEVELS, CONCEPTS, BEGUN = "Levels", "Concepts", "What I have begun"
ABOUT = """
Questions without hints and without a word on right or wrong until you hand in. An exam does not change what comes back
to you, or when: it only says where you stand. Its cards are not asked again on the same day.
"""
CLASS = "A paper for a class: leave nothing out"
WHY = (
    "Otherwise the paper leaves out the cards that you answer today, so that it gives away none of their answers. "
    "With this, the same seed gives everybody the same paper."
)
SHOWN = 5  # papers of old in the list
GIVEN = "ABCDEF"  # forms that are offered


def setup(sitting: Sitting | None) -> None:
    """What the exam is to be about, and the papers that were begun."""
    if sitting is not None:
        return
    st.markdown(ABOUT)
    _earlier()
    collection, before = place.collection(), exam.papers(place.desk())
    about = st.radio("What is it about?", [LEVELS, CONCEPTS, BEGUN], key="exam-about", horizontal=True)
    if about == LEVELS:
        levels = sorted({concept.level for concept in collection.concepts.values()})
        hold("exam-levels", levels[:3])
        st.pills("Levels, from first steps to advanced", levels, selection_mode="multi", key="exam-levels")
    elif about == CONCEPTS:
        names = list(collection.concepts)
        st.multiselect(
            "Concepts", names, key="exam-concepts", format_func=lambda name: collection.concepts[name].title
        )
    st.slider("How many questions", FEWEST, MOST, USUAL, key="exam-items")
    left, right = st.columns(2)
    left.number_input(
        "Seed", 0, LARGEST, len(before) + 1, key="exam-seed", help="The same seed draws the same paper, for everybody."
    )
    right.selectbox(
        "Form", list(GIVEN), key="exam-form", help="Other forms ask the same cards with other numbers and orders."
    )
    st.checkbox(CLASS, key="exam-class", help=WHY)
    st.button("Make the paper", key="make", type="primary", width="stretch", on_click=made)


def cover(sitting: Sitting | None) -> None:
    """What the paper is, before it is begun."""
    if sitting is None or sitting.begun is not None:
        return
    paper, count = sitting.paper, len(sitting.items)
    st.markdown(f"**{title(paper)}**: {words.count(count, 'question')}, {_about(sitting)}.")
    if count < paper.blueprint.items:
        st.info(f"There are no more than {count} that fit; {paper.blueprint.items} were asked for.")
    st.caption(f"Check letters {fingerprint(sitting.items)}: whoever has the same letters has the same questions.")
    st.button(
        "Begin", key="begin", type="primary", width="stretch", shortcut="Space", on_click=begun, args=(sitting,)
    )
    st.button("Choose something else", key="other", type="tertiary", on_click=cleared)
    downloads(sitting)


def downloads(sitting: Sitting) -> None:
    """The paper and its answers to print, and the other forms."""
    paper, collection, items = sitting.paper, place.collection(), sitting.items
    with st.expander("For teachers: print it, share it, other forms"):
        st.markdown(
            "The address of this page is the paper: whoever opens it gets the same questions. The files are Markdown."
        )
        name = f"exam-{paper.seed}-{paper.form}"
        with st.container(horizontal=True):
            st.download_button(
                "Paper", paper_text(collection, paper, items), f"{name}.md", "text/markdown", key="paper",
                on_click="ignore", icon=":material/download:",
            )  # fmt: skip
            st.download_button(
                "Answers", sheet_text(collection, paper, items), f"{name}-answers.md", "text/markdown", key="sheet",
                on_click="ignore", icon=":material/download:",
            )  # fmt: skip
        forms(paper)


def forms(paper: Paper) -> None:
    """Ways to the other forms of a paper."""
    st.markdown("The same cards with other numbers and orders:")
    with st.container(horizontal=True):
        for form in GIVEN:
            if form != paper.form:
                _way(replace(paper, form=form), f"Form {form}")


def _about(sitting: Sitting) -> str:
    concepts = place.collection().concepts
    levels = sorted({concepts[item.card.concept].level for item in sitting.items})
    names = {item.card.concept for item in sitting.items}
    said = f"level {levels[0]}" if len(levels) == 1 else f"levels {', '.join(map(str, levels))}"
    return f"{words.count(len(names), 'concept')} of {said}"


def _earlier() -> None:
    """Papers that are under way, and the latest that were handed in."""
    before = exam.papers(place.desk())
    going = [each for each in before if not each[1].handed]
    done = [each for each in before if each[1].handed]
    for paper, found in going[:SHOWN]:
        _way(paper, f"Go on with {title(paper)}, begun on {_day(found.begun)}", ":material/edit_note:")
    if done:
        with st.expander("Earlier results"):
            for paper, found in done[:SHOWN]:
                what = f"{title(paper)}, {words.count(len(found.items), 'question')}"
                _way(paper, f"{what}, {_day(found.handed)}", ":material/fact_check:")


def _way(paper: Paper, label: str, icon: str | None = None) -> None:
    """A button that opens a paper: a link to the page on which it stands would leave the address as it is."""
    st.button(label, key=f"paper:{paper.id}", icon=icon, on_click=opened, args=(paper,))


def _day(written: str) -> str:
    when = instant(written)
    return f"{when.day} {when:%B %Y}"


@act
def made() -> None:
    """Write the paper that was chosen into the address."""
    query = {name: str(held(f"exam-{name}") or 0) for name in ("items", "seed")} | {"form": held("exam-form") or "A"}
    about = held("exam-about")
    if about == LEVELS:
        query["levels"] = ",".join(map(str, held("exam-levels") or ()))
    else:
        names = exam.begun_concepts(place.desk()) if about == BEGUN else held("exam-concepts") or ()
        query["concepts"] = ",".join(names)
    if not query.get("levels") and not query.get("concepts"):
        raise ExamError("You have begun nothing yet: choose levels." if about == BEGUN else "Choose at least one.")
    paper = paper_of(query)
    draw(place.collection(), paper)
    if not held("exam-class"):
        paper = exam.without_busy(place.desk(), paper, place.now())
    st.query_params.from_dict(paper.query())


@act
def opened(paper: Paper) -> None:
    st.query_params.from_dict(paper.query())


@act
def cleared() -> None:
    st.query_params.clear()
