"""The page of test_components_browser.py: what it draws stands in its address, so that one server serves every test."""

import json

import streamlit as st

from attnquiz.ui import arrange, cells

plan = json.loads(st.query_params.get("plan", "{}"))
own = st.session_state
own.setdefault("log", [])
own.setdefault("space", 0)
own.setdefault("round", 0)


def chosen():
    own.log.append(cells.sent(own[f"grid{own.round}"]))


def moved():
    own.log.append(arrange.sent(own[f"list{own.round}"]))


def count(what):
    own[what] = own.get(what, 0) + 1


if "tokens" in plan:
    shown = plan.get("values") if not plan.get("late") or own.log else None
    cells.cells_view(
        plan["tokens"], asked=plan.get("asked", "cell"), chosen=own.log[-1] if own.log else plan.get("chosen"),
        values=shown, right=frozenset(map(tuple, plan.get("right", []))), key=f"grid{own.round}", on_choice=chosen,
    )  # fmt: skip
if "steps" in plan:
    order = own.log[-1] if own.log and plan.get("echo") else plan["order"]
    order = plan["other"] if own.get("other") else order
    arrange.arrange(plan["steps"], order, key=f"list{own.round}", on_change=moved)
st.button("Continue", shortcut="Space", on_click=count, args=("space",))
st.button("Not sure", shortcut="2", on_click=count, args=("two",))
st.button("Another card", on_click=lambda: (own.log.clear(), count("round")))
st.button("Another order", on_click=count, args=("other",))
with st.container(key="said"):
    st.text(json.dumps({"log": own.log, "space": own.space, "two": own.get("two", 0)}))
    st.text(f"last: {list(own.log[-1]) if own.log else None}, space: {own.space}")
