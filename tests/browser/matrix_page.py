"""The page of test_matrix_browser.py: what it draws stands in its address, so that one server serves every test."""

import json
import time
from types import SimpleNamespace

import numpy as np
import streamlit as st

from attnquiz.charts.palette import DIVERGING
from attnquiz.ui.matrix import Picture, edited, flipped, matrix_view, sent

plan = json.loads(st.query_params.get("plan", "{}"))
own = st.session_state
own.setdefault("log", [])
own.setdefault("cell", (0, 0))
own.setdefault("space", 0)
names = tuple(plan.get("names", ["how", "to", "make", "Thai", "curry"]))
side = len(names)
if "numbers" not in own:
    dice = np.random.default_rng(1)
    own.numbers = np.array(plan["values"]) if "values" in plan else dice.normal(size=(side, side)).round(3)
    own.before = own.numbers.copy()
    own.hidden = np.triu(np.ones((side, side), dtype=bool), 1) & bool(plan.get("causal"))
    own.own = np.zeros((side, side), dtype=bool)


def chosen():
    own.cell = sent(own.picture)


def written():
    cell, text = edited(own.picture)
    own.log.append(["edit", *cell, text])
    own.numbers[cell] = float(text.replace(",", ".")) if text else own.before[cell]
    own.own[cell] = bool(text)


def turned():
    cell = flipped(own.picture)
    own.log.append(["flip", *cell])
    own.hidden[cell] ^= True


time.sleep(plan.get("slow", 0))
most = plan.get("part", side)
origin = tuple(min(side - most, place // 4 * 4) for place in own.cell)
here = tuple(slice(place, place + most) for place in origin)
picture = Picture(
    SimpleNamespace(
        values=own.numbers.astype("f4")[here], hidden=own.hidden[here], row_axis="query", column_axis="key",
        title="Scores" if most == side else f"Scores from {origin}", domain=(-3.0, 3.0),
        row_names=names[here[0]], column_names=names[here[1]],
    ),
    own.cell, labels=("queries", "keys"), colours=DIVERGING, hidden_as=("−∞", "minus infinity", "hidden by the mask"),
    editable=bool(plan.get("editable")), toggles=bool(plan.get("toggles")),
    changed=(own.numbers != own.before)[here], own=own.own[here], origin=origin,
)  # fmt: skip
matrix_view(picture, key="picture", on_choice=chosen, on_edit=written, on_flip=turned)
st.button("Continue", shortcut="Space", on_click=lambda: own.update(space=own.space + 1))
st.button("Stage 5", shortcut="5", on_click=lambda: own.update(space=own.space + 5))
with st.container(key="said"):
    st.text(json.dumps({"log": own.log, "cell": own.cell, "space": own.space}))
