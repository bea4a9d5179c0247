"""Put the keyboard where a step is answered: into a text field, onto a map or a list, once for each step; and bring
what is new into sight. Keep the place in a text.

Streamlit has no way to do any of it. Touch screens get no focus, because it would raise their keyboard.
"""

from pathlib import Path

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


_arrive = st.components.v2.component("attnquiz_arrive", js=(Path(__file__).parent / "arrive.js").read_text("utf-8"))


def arrive(text: str, step: str = "", new: str = "", *, begun: bool = False) -> None:
    """Keep the reader's place: another ``text`` begins at its top; in the same one, at another ``step``, what stands
    from the container ``new`` on comes into sight, as much of it as there is room for, and the page moves no further
    than that. A text that was ``begun`` and is opened again, because the page was loaded anew or the reader was
    elsewhere, is opened there as well.
    """
    _arrive(key="arrive", data={"text": text, "step": step, "new": new, "begun": begun})
