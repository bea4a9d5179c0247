"""The page of the map: the picture, the chosen concept in words, and what is ready."""

from collections.abc import Collection

import streamlit as st

from attnquiz.study.atlas import Known, Spot, atlas, lane_titles
from attnquiz.study.outlook import look
from attnquiz.ui import place, words
from attnquiz.ui.atlas import atlas_view, percent, sent
from attnquiz.ui.learn import LEARN
from attnquiz.ui.state import act, held

PROGRESS = "pages/progress/overview.py"
SAID = {
    Known.KNOWN: "You know this.",
    Known.BEGUN: "You have begun this.",
    Known.READY: "You are ready for this.",
    Known.LATER: "This builds on what you do not know yet. You may read it all the same.",
}
# What is said of the chosen concept stays in sight while the map, which is tall, is scrolled.
IN_SIGHT = """<style>
[data-testid=stMainBlockContainer] { max-width: 66rem !important }
[data-testid=stMain] h2 { padding: 0.5rem 0; font-size: 1.6rem }
[data-testid=stLayoutWrapper]:has(> .st-key-chosen) { position: sticky; bottom: 0.5rem; z-index: 2 }
.st-key-chosen { background: Canvas; max-height: 45vh; overflow: auto }
</style>"""


@st.fragment
def page() -> None:
    """Everything below the title: choosing a concept draws this part again."""
    collection = place.collection()
    spots = atlas(collection, look(place.store(), collection, place.zone(), place.now()).masteries)
    chosen = str(st.query_params.get("concept", ""))
    _counts(spots)
    st.html(IN_SIGHT)
    with st.container(key="atlas"):
        atlas_view(spots, lane_titles(collection, spots), chosen=chosen, key="map-of-concepts", on_choice=_chosen)
    if chosen in spots:
        with st.container(border=True, key="chosen"):
            _concept(spots[chosen], spots)
    else:
        st.caption("Choose a concept to see what it needs and what it leads to.")
    if any(spot.mastery.recall is not None for spot in spots.values()):
        label, section = "Predicted recall of each concept as a table", {"section": "What you remember"}
        st.page_link(PROGRESS, label=label, icon=":material/table:", query_params=section)
    _ready(spots)


@act
def _chosen() -> None:
    name = sent(held("map-of-concepts"))
    if name:
        st.query_params.from_dict({"concept": name})


def _counts(spots: dict[str, Spot]) -> None:
    numbers = {known: sum(spot.known is known for spot in spots.values()) for known in Known}
    st.markdown(
        f"**{numbers[Known.KNOWN]}** known · **{numbers[Known.BEGUN]}** begun · "
        f"**{numbers[Known.READY]}** ready to learn · **{numbers[Known.LATER]}** later"
    )


def _concept(spot: Spot, spots: dict[str, Spot]) -> None:
    concept, mastery = spot.concept, spot.mastery
    asked = f"{mastery.seen} of its {words.count(mastery.faces, 'question')} asked so far, {mastery.held} known."
    unmet = f" Not known yet: {_titles(spot.unmet, spots)}." if spot.unmet else ""
    st.markdown(f"**{concept.title}**: {words.markdown(concept.objective)}.")
    recall = percent(spot)
    chance = "" if recall is None else f" Predicted recall of these today: {recall}%."
    st.markdown(f"{SAID[spot.known]} {asked}{chance}{unmet}")
    leads = [name for name, other in spots.items() if concept.id in other.concept.needs]
    around = (("Needs", concept.needs), ("Helped by", concept.helps), ("Leads to", leads))
    st.caption("  \n".join(f"{label}: {_titles(names, spots)}" for label, names in around if names))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if concept.id in place.collection().lessons:
            label, icon = "Read about it and answer its cards", ":material/menu_book:"
            st.page_link(LEARN, label=label, icon=icon, query_params={"concept": concept.id})
        st.button("Close", key="close", icon=":material/close:", type="tertiary", on_click=_closed)


@act
def _closed() -> None:
    st.query_params.clear()


def _titles(names: Collection[str], spots: dict[str, Spot]) -> str:
    return "; ".join(spots[name].concept.title for name in spots if name in names)


def _ready(spots: dict[str, Spot]) -> None:
    ready = [spot.concept for spot in spots.values() if spot.known is Known.READY]
    if not ready:
        return
    st.header("Ready to learn")
    for concept in ready:
        said = f"**{concept.title}**: {words.markdown(concept.objective)}"
        if concept.id in place.collection().lessons:
            st.page_link(LEARN, label=said, icon=":material/menu_book:", query_params={"concept": concept.id})
        else:
            st.markdown(said)
