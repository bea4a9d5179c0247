"""Put the cursor into the answer field of a card that wants typing, once for each showing.

Streamlit has no way to set focus. Touch screens are left alone, because focus would raise their keyboard.
"""

import streamlit as st

_focus = st.components.v2.component(
    "attnquiz_focus",
    js="""
let seen;
export default function ({ data }) {
  if (seen === data) return;
  seen = data;
  if (window.matchMedia("(pointer: coarse)").matches) return;
  const field = () => document.querySelector(".st-key-typed input");
  requestAnimationFrame(() => field()?.focus({ preventScroll: true }));
}
""",
)


def focus_answer(token: str) -> None:
    """Focus the text field inside the container with key "typed", the first time this token is seen."""
    _focus(key="focus", data=token)
