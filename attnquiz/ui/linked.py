"""A card named in the address, ``?card=ID`` or ``?card=ID&deletion=2``: it comes first, then the sitting goes on.

The address keeps the name until the card has been answered, so that a reload finds it again.
"""

import streamlit as st

from attnquiz.recall.face import Face
from attnquiz.study import drill
from attnquiz.study.askable import faces
from attnquiz.study.session import Phase, Session
from attnquiz.ui import place
from attnquiz.ui.review import session
from attnquiz.ui.state import state

NAMES = ("card", "deletion")


def follow() -> None:
    """Show the card of the address once, and forget the address when another card is on the screen.

    A second press that was sent before the browser knew of that brings the old address along: ``linked`` still holds
    it then, and is emptied by a run that brings none, or of another page.
    """
    written = tuple(str(st.query_params.get(name, "")) for name in NAMES)
    if not any(written):
        state().linked = ""
        return
    face, link = _face(*written), "/".join(written)
    if face is None:
        _forget()
        state().trouble = f"There is no card “{written[0][:60]}”{_blank(written[1])} here. Check the link."
    elif state().linked != link:
        state().session = _begun(face)
        if _there(face):
            state().linked = link
    elif not _there(face):
        _forget()


def _there(face: Face | None) -> bool:
    """Whether this is on the screen."""
    return session().showing is not None and session().showing.face == face


def _begun(face: Face) -> Session:
    """The card of the link, unless an answer to another card still waits for its rating."""
    begun = drill.begin(place.desk(), place.now(), first=face)
    waits = begun.phase is Phase.FEEDBACK and begun.showing is not None and begun.showing.face != face
    return begun.say("This answer still waits for its rating. The card of your link comes next.") if waits else begun


def _face(card: str, deletion: str) -> Face | None:
    found = place.collection().cards.get(card)
    asked = {str(face.deletion): face for face in faces(found)} if found is not None else {}
    return asked.get(deletion) if deletion else next(iter(asked.values()), None)


def _blank(deletion: str) -> str:
    return f" with a blank “{deletion[:10]}”" if deletion else ""


def _forget() -> None:
    for name in NAMES:
        if name in st.query_params:
            del st.query_params[name]
