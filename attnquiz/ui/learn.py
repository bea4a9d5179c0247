"""Reading: the paths, and a chapter with its cards asked inside the text."""

import streamlit as st

from attnquiz.cards.faces import asked, deletions
from attnquiz.cards.paths import Ask, Chapter, LearningPath, Look, Part, Shortcut, Text
from attnquiz.recall.memory import Memory
from attnquiz.sandbox.written import plain
from attnquiz.study import drill, paths
from attnquiz.study.choices import keep_place
from attnquiz.study.paths import Progress, Standing
from attnquiz.study.session import Phase
from attnquiz.ui import asking, card_menu, feedback, focus, place, review, see, shortcut, teaching, words
from attnquiz.ui.state import act, held, state, trouble

LEARN = "pages/study/learn.py"
NAMES = ("path", "chapter", "concept")


@st.fragment
def reading() -> None:
    """What the address names: a chapter of a path, the lesson of a concept, or else all that can be read."""
    path, chapter = _named()
    sentence = trouble()
    if sentence:
        st.error(plain(sentence))
    if chapter is None:
        _contents()
    else:
        _chapter(path, chapter)
    focus.top(f"{path.id if path else ''}:{chapter.id if chapter else ''}")


def _named() -> tuple[LearningPath | None, Chapter | None]:
    """The path and the chapter of the address. A path without a chapter goes on where the learner is."""
    name, chapter, concept = (str(st.query_params.get(each, "")) for each in NAMES)
    collection = place.collection()
    if concept:
        found = paths.of_concept(collection, concept)
        if found is None:
            state().trouble = f"There is no lesson “{concept[:60]}” here. Choose one below."
        return None, found
    path = collection.paths.get(name)
    if path is None:
        if name:
            state().trouble = f"There is no path “{name[:60]}” here. These are the ones there are."
        return None, None
    return path, next((each for each in path.chapters if each.id == chapter), None) or _progress(path).chapter


def all_paths() -> list[Progress]:
    """How far the learner is on each path."""
    return [_progress(path) for path in place.collection().paths.values()]


def _progress(path: LearningPath) -> Progress:
    with place.store().reading() as r:
        return paths.progress(r, place.collection(), path)


def _contents() -> None:
    st.title("Learn")
    st.markdown("Read a little, answer a card, read on. What you answer here comes back in your reviews.")
    for progress in all_paths():
        with st.container(border=True):
            _cover(progress)
    titles = {name: place.collection().concepts[name].title for name in place.collection().lessons}
    st.subheader("Or one idea at a time")
    st.selectbox(
        "The lesson about", list(titles), key="lesson", index=None, format_func=lambda name: titles[name],
        placeholder=f"{len(titles)} concepts", on_change=_chosen,
    )  # fmt: skip


def _cover(progress: Progress) -> None:
    path, chapters = progress.path, len(progress.path.chapters)
    st.subheader(path.title)
    st.markdown(words.markdown(path.about))
    if progress.begun:
        st.progress((progress.read + 1) / chapters, text=f"Chapter {progress.read + 1} of {chapters}")
    st.caption(
        f"{words.count(chapters, 'chapter')} with {words.count(progress.cards, 'card')}, {progress.answered} answered"
    )
    verb = "Go on with" if progress.begun else "Begin with"
    icon = ":material/menu_book:"
    st.page_link(LEARN, label=f"**{verb}: {progress.chapter.title}**", icon=icon, query_params={"path": path.id})
    with st.expander("All chapters"):
        for chapter in path.chapters:
            st.page_link(LEARN, label=chapter.title, query_params={"path": path.id, "chapter": chapter.id})


@act
def _chosen() -> None:
    if held("lesson"):
        st.query_params.from_dict({"concept": held("lesson")})


def _chapter(path: LearningPath | None, chapter: Chapter) -> None:
    with place.store().reading() as r:
        before = paths.passed(r.settings(), path, chapter)
        standing = paths.standing(r, place.collection(), chapter, before)
    st.page_link(LEARN, label="All there is to read", icon=":material/arrow_back:")
    st.title(chapter.title)
    if path is not None:
        number = [each.id for each in path.chapters].index(chapter.id) + 1
        st.caption(f"{path.title} · chapter {number} of {len(path.chapters)}")
    review.source(chapter.source)
    for part in standing.parts:
        _part(part, standing)
    if standing.asked is not None:
        _card(standing)
        st.button(
            "Read on without answering", key=f"pass:{chapter.id}:{standing.passed}", shortcut="o", type="tertiary",
            on_click=_passed, args=(path, chapter, standing.passed + 1),
        )  # fmt: skip
    else:
        _end(path, chapter, standing)


def _part(part: Part, standing: Standing) -> None:
    match part:
        case Text(text):
            st.markdown(words.markdown(text))
        case Look(reference, label):
            see.link(reference, label)
        case Shortcut(text):
            shortcut.badge(text)
        case Ask(card):
            _answered(card, standing.memories.get(card))


def _answered(name: str, memory: Memory | None) -> None:
    """A card that was asked here: one line, with the day on which it comes back."""
    card = place.collection().cards.get(name)
    if card is None:
        return
    question = plain(words.line(asked(card, deletions(card)[0], 0), 90))
    if memory is None:
        st.caption(f":material/skip_next: Passed, asked later: {question}")
    else:
        st.caption(f":material/check: {question} *{_again(memory)}*")


def _again(memory: Memory) -> str:
    now = place.now()
    with place.store().reading() as r:
        today = drill.day_of(r, place.desk(), now)
    if memory.is_due(now, today):
        return "It is due: review it today."
    if memory.due_at is not None:
        return f"It comes back in {words.wait(memory.due_at - now)}."
    return f"It comes back {words.day(memory.due_day, today)}."


def _card(standing: Standing) -> None:
    """The card of this place, with everything that the review page has for it."""
    sitting = state().session
    if sitting is None or sitting.showing is None or sitting.showing.face != standing.asked:
        sitting = state().session = drill.begin(place.desk(), place.now(), first=standing.asked)
    with st.container(border=True):
        if sitting.phase is Phase.FEEDBACK and sitting.showing.face != standing.asked:
            st.info("Before the next card: this answer still waits for its rating.", icon=":material/info:")
        asking.question()
        teaching.aids(lesson=False)
        asking.asking()
        feedback.feedback()
        card_menu.leech()
        feedback.ratings()
        card_menu.menu()


@act
def _passed(path: LearningPath | None, chapter: Chapter, passed: int) -> None:
    keep_place(place.desk(), path, chapter, passed, place.now())


def _end(path: LearningPath | None, chapter: Chapter, standing: Standing) -> None:
    """Where to go from the end of a chapter."""
    if path is None:
        if standing.passed:
            st.success("These are all cards about this. They come back in your reviews.")
        return
    after = [each.id for each in path.chapters].index(chapter.id) + 1
    if after == len(path.chapters):
        st.success("This is the end of the path. Its cards come back in your reviews, so that it stays with you.")
        st.page_link("pages/study/today.py", label="Today", icon=":material/today:")
        return
    following = path.chapters[after]
    st.button(
        f"Next: {following.title}", key=f"next:{chapter.id}", type="primary", shortcut="n", width="stretch",
        on_click=_turned, args=(path, following),
    )  # fmt: skip


@act
def _turned(path: LearningPath, following: Chapter) -> None:
    keep_place(place.desk(), path, following, 0, place.now())
    st.query_params.from_dict({"path": path.id, "chapter": following.id})
