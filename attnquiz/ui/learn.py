"""Reading: the paths, and a chapter with its cards asked inside the text."""

import re
from contextlib import nullcontext
from datetime import date
from typing import Literal

import streamlit as st

from attnquiz.cards.faces import asked, deletions
from attnquiz.cards.paths import Ask, Chapter, LearningPath, Look, Part, Shortcut, Text
from attnquiz.recall.memory import Memory
from attnquiz.sandbox.written import plain
from attnquiz.study import aside, drill, outlook, paths
from attnquiz.study.choices import keep_place
from attnquiz.study.paths import Progress, Standing
from attnquiz.study.session import Phase
from attnquiz.ui import asking, card_menu, feedback, focus, place, review, see, shortcut, teaching, words
from attnquiz.ui.answering import draw, meant
from attnquiz.ui.state import act, held, state, trouble

LEARN, MAP = "pages/study/learn.py", "pages/study/map.py"
DISPLAY = re.compile(r"^\$\$(.+)\$\$$", re.MULTILINE)  # on one line Markdown takes it for part of a sentence
NAMES = ("path", "chapter", "concept")
END = "the end of a chapter"
STYLE = """<style>
[data-testid=stMain] h2 { padding: 0.5rem 0; font-size: 1.6rem }
[data-testid=stMain] .katex-display > .katex { text-align: left }
:is([class*=st-key-begin-], [class*=st-key-chapter-]) p { text-align: left }
@media (max-width: 480px) { [data-testid=stMain] .katex-display > .katex { font-size: 1em } }
</style>"""


@st.fragment
def reading() -> None:
    """What the address names: a chapter of a path, the lesson of a concept, or else all that can be read."""
    path, chapter = _named()
    sentence = trouble()
    if sentence:
        st.error(plain(sentence))
    st.html(STYLE)
    if chapter is None:
        _contents()
    else:
        _chapter(path, chapter)


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
    st.header("Or one idea at a time")
    st.selectbox(
        "The lesson about", list(titles), key="lesson", index=None, format_func=lambda name: titles[name],
        placeholder=f"{len(titles)} concepts", on_change=_chosen,
    )  # fmt: skip
    focus.arrive("")


def _cover(progress: Progress) -> None:
    path, chapters = progress.path, len(progress.path.chapters)
    st.header(path.title)
    st.markdown(words.markdown(path.about))
    if progress.begun:
        st.progress((progress.read + 1) / chapters, text=f"Chapter {progress.read + 1} of {chapters}")
    st.caption(
        f"{words.count(chapters, 'chapter')} with {words.count(progress.cards, 'card')}, {progress.answered} answered"
    )
    verb = "Go on with" if progress.begun else "Begin with"
    icon = ":material/menu_book:"
    label = f"**{verb}: {progress.chapter.title}**"
    _way(label, f"begin:{path.id}", icon, address(path, progress.chapter), "secondary")
    with st.expander("All chapters"):
        for number, chapter in enumerate(path.chapters):
            icon = ":material/check:" if number < progress.read else ":material/article:"
            _way(chapter.title, f"chapter:{path.id}:{chapter.id}", icon, address(path, chapter))


def _way(
    label: str, key: str, icon: str, query: dict[str, str], look: Literal["secondary", "tertiary"] = "tertiary"
) -> None:
    """Leads to another text of this page. A link to its own page would leave the address bar as it is, and the next
    press would lead back."""
    st.button(label, key=key, icon=icon, type=look, on_click=_gone, args=(query,))


@act
def _gone(query: dict[str, str]) -> None:
    st.query_params.from_dict(query)


def address(path: LearningPath, chapter: Chapter) -> dict[str, str]:
    """What leads to a chapter. It is named, so that the browser's own way back leads there as well."""
    return {"path": path.id, "chapter": chapter.id}


@act
def _chosen() -> None:
    if held("lesson"):
        _gone({"concept": held("lesson")})


def _chapter(path: LearningPath | None, chapter: Chapter) -> None:
    with place.store().reading() as r:
        before, today = paths.passed(r.settings(), path, chapter), drill.day_of(r, place.desk(), place.now())
        standing = paths.standing(r, place.collection(), chapter, before, outlook.aside(r, today))
    _way("All there is to read", "contents", ":material/arrow_back:", {})
    st.title(chapter.title)
    if path is not None:
        number = [each.id for each in path.chapters].index(chapter.id) + 1
        st.caption(f"{path.title} · chapter {number} of {len(path.chapters)}")
    review.source(chapter.source)
    last = max((number for number, part in enumerate(standing.parts) if isinstance(part, Ask)), default=None)
    for number, part in enumerate(standing.parts):
        with st.container(key="reached") if number == last else nullcontext():
            _part(part, standing, today)
    if standing.asked is not None:
        _card(standing)
    with st.container(key="onward"):
        _onward(path, chapter, standing)
    review.footer()
    _arrive(f"{path.id if path else ''}:{chapter.id}", standing)


def _arrive(text: str, standing: Standing) -> None:
    """Bring into sight what is new: the text below the card left last, or the card where that is answered now."""
    sitting = state().session
    if standing.asked is None or sitting is None or sitting.showing is None:
        focus.arrive(text, "end", "reached")
        return
    at_the_card = sitting.phase is not Phase.ASK or sitting.note or not standing.passed
    begun = bool(standing.passed) or sitting.phase is not Phase.ASK
    step = f"{sitting.token}:{sitting.phase}:{sitting.line}"
    focus.arrive(text, step, "asked" if at_the_card else "reached", begun=begun)


def _part(part: Part, standing: Standing, today: date) -> None:
    match part:
        case Text(text):
            st.markdown(words.markdown(DISPLAY.sub(_displayed, text)))
        case Look(reference, label):
            see.link(reference, label)
        case Shortcut(text):
            shortcut.badge(text)
        case Ask(card):
            _answered(card, standing.memories.get(card), card in standing.aside, today)


def _displayed(formula: re.Match[str]) -> str:
    """Each equation on a line of its own, so that a phone has room for it."""
    return "\n\n".join(f"$$\n{equation.strip()}\n$$" for equation in formula[1].split(r"\qquad"))


def _answered(name: str, memory: Memory | None, set_aside: bool, today: date) -> None:
    """A card that was asked here: one line, with the day on which it comes back."""
    card = place.collection().cards.get(name)
    if card is None:
        return
    question = words.label(asked(card, deletions(card)[0], 0))
    if set_aside:
        st.caption(f":material/visibility_off: Set aside: {question}")
    elif memory is None:
        st.caption(f":material/skip_next: Passed, asked later: {question}")
    else:
        st.caption(f":material/check: {question} *{_again(memory, today)}*")


def _again(memory: Memory, today: date) -> str:
    now = place.now()
    if memory.is_due(now, today):
        return "It is due: review it today."
    if memory.due_at is not None:
        return f"It comes back in {words.wait(memory.due_at - now)}."
    return f"It comes back {words.day(memory.due_day, today)}."


def _card(standing: Standing) -> None:
    """The card of this place, with everything that the review page has for it."""
    sitting = state().session
    if sitting is None or sitting.showing is None or sitting.showing.face != standing.asked:
        note = _said()
        sitting = state().session = drill.begin(place.desk(), place.now(), first=standing.asked).say(note)
    with st.container(border=True, key="asked"):
        if sitting.phase is Phase.FEEDBACK and sitting.showing.face != standing.asked:
            st.info("Before the next card: this answer still waits for its rating.", icon=":material/info:")
        asking.question()
        teaching.aids(lesson=False)
        asking.asking(reading=True)
        feedback.feedback()
        card_menu.leech()
        feedback.ratings()
        card_menu.menu()


def _said() -> str:
    """What the last step left to say, once. Of a card that was set aside its line in the text says it."""
    sitting = state().session
    if sitting is None or not sitting.note:
        return ""
    state().session = sitting.say("")
    return "" if sitting.note in (aside.SUSPENDED, aside.BURIED) else sitting.note


def _onward(path: LearningPath | None, chapter: Chapter, standing: Standing) -> None:
    """The way past a card that was not answered, or from the end of the chapter. An answer is rated first."""
    if standing.asked is None:
        note = _said()
        if note:
            st.info(note, icon=":material/info:")
        _end(path, chapter, standing)
        draw(END)
    elif review.session().phase is not Phase.FEEDBACK:
        st.button(
            "Read on without answering", key=f"pass:{chapter.id}:{standing.passed}", shortcut="o", type="tertiary",
            on_click=_passed, args=(path, chapter, standing.passed + 1),
        )  # fmt: skip


@act
def _passed(path: LearningPath | None, chapter: Chapter, passed: int) -> None:
    """The card is left for later, and with it what was said there."""
    if meant("o"):
        keep_place(place.desk(), path, chapter, passed, place.now())
        _said()


def _end(path: LearningPath | None, chapter: Chapter, standing: Standing) -> None:
    """Where to go from the end of a chapter."""
    if path is None:
        if standing.passed:
            st.success("These are all the cards about this. They come back in your reviews.")
        label, icon = "Where this stands on the map", ":material/map:"
        st.page_link(MAP, label=label, icon=icon, query_params={"concept": chapter.id})
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
    if meant("n", END):
        keep_place(place.desk(), path, following, 0, place.now())
        st.query_params.from_dict(address(path, following))
