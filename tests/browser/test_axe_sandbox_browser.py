"""The sandbox, in all that it can show, read and heard by everybody."""

from pathlib import Path
from urllib.parse import quote

import pytest

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = {"color_scheme": "dark"}
HOUSE = ("list",)  # Streamlit's own navigation
FAINT = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
LONG = quote(" ".join(f"w{i}" for i in range(300)))
STATES = {
    "matrix": "experiment=two-heads&stage=SOFTMAX",
    "heads": "experiment=two-heads&stage=SOFTMAX&view=heads",
    "lines": "experiment=thai-curry&stage=SOFTMAX&view=lines",
    "two layers": "experiment=window&stage=MERGE",
    "before and after": "experiment=thai-curry&mask=causal&stage=SOFTMAX&compare=on",
    "predict": "experiment=thai-curry&stage=SCORE&predict=on",
    "long": f"text={LONG}&stage=SOFTMAX",
    "refused": "experiment=thai-kurry",
}
OPENED = ("Saved states", "Computed on", "As a table", "Every term", "Take it away", "Make a card of this cell")


@pytest.mark.parametrize(
    ("page", "states"),
    [
        ({}, STATES),
        (DARK, ["heads", "lines", "before and after", "predict", "refused"]),
        (PHONE, ["matrix", "before and after", "long"]),
    ],
    indirect=["page"],
    ids=["light", "dark", "phone"],
)
def test_everybody_can_read_and_hear_the_sandbox(shared_app, page, settled, axe, states):
    found = {}
    for name in states:
        page.goto(f"{shared_app.url}/attention?{STATES[name]}")
        page.get_by_text("All experiments").wait_for(timeout=60_000)
        said = [line for line in axe(settled(page)) if not line.startswith(HOUSE)]
        found |= {name: said} if said else {}
        found |= {f"{name}, contrast": faint} if (faint := page.evaluate(FAINT)) else {}
    assert found == {}


def test_everybody_can_read_and_hear_what_opens(shared_app, page, settled, axe):
    page.goto(f"{shared_app.url}/attention?experiment=thai-curry&stage=SOFTMAX")
    page.locator("canvas[role=application]").wait_for(timeout=60_000)
    for name in OPENED:
        settled(page).get_by_text(name, exact=True).click()
    assert [line for line in axe(settled(page)) if not line.startswith(HOUSE)] == []
