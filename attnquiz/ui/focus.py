"""Put the keyboard where a step is answered: into a text field, onto a map or a list, once for each step; and bring
what is new into sight.

Streamlit has no way to do either. Touch screens get no focus, because it would raise their keyboard.
"""

import streamlit as st

_focus = st.components.v2.component(
    "attnquiz_focus",
    js="""
const seen = new WeakMap(); // where this stands on the page -> the step it has put the focus for
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
export default function ({ data, parentElement }) {
  if (seen.get(parentElement) === data.step) return;
  seen.set(parentElement, data.step);
  if (window.matchMedia("(pointer: coarse)").matches) return;
  const start = performance.now();
  const attempt = () => {
    if (seen.get(parentElement) !== data.step || !parentElement.isConnected) return;
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


_top = st.components.v2.component(
    "attnquiz_top",
    js="""
const seen = new WeakMap();
export default function ({ data, parentElement }) {
  const before = seen.get(parentElement);
  seen.set(parentElement, data.step);
  if (before !== undefined && before !== data.step)
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
}
""",
)


def top(step: str) -> None:
    """Scroll to the top of the page when this step is another than before: on a phone it would begin out of sight."""
    _top(key="top", data={"step": step})  # a bare string would make Streamlit import pandas to look at it
