"""Put the keyboard where a step is answered: into a text field, onto a map or a list, once for each step.

Streamlit has no way to set focus. Touch screens are left alone, because focus would raise their keyboard.
"""

import streamlit as st

_focus = st.components.v2.component(
    "attnquiz_focus",
    js="""
let seen;
const LONGEST = 2000; // ms until what is to be focused must be there
function find(root) {
  const there = root.querySelector("input, textarea, [tabindex='0']");
  if (there) return there;
  for (const host of root.querySelectorAll("*")) {
    const inside = host.shadowRoot && find(host.shadowRoot);
    if (inside) return inside;
  }
  return null;
}
export default function ({ data }) {
  if (seen === data.step) return;
  seen = data.step;
  if (window.matchMedia("(pointer: coarse)").matches) return;
  const start = performance.now();
  const attempt = () => {
    if (seen !== data.step) return;
    const place = document.querySelector(`.st-key-${data.place}`);
    const target = place && find(place);
    if (target) target.focus({ preventScroll: true });
    else if (performance.now() - start < LONGEST) requestAnimationFrame(attempt);
  };
  requestAnimationFrame(attempt);
}
""",
)


def focus(place: str, step: str) -> None:
    """Focus what takes the keyboard in the container with key ``place``, the first time this step is seen."""
    _focus(key="focus", data={"place": place, "step": step})
