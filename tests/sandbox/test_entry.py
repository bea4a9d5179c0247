"""The row that is computed alone in a long text is the row of the whole head."""

import pytest
import torch

from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.entry import Entry
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.run import run

LONG = " ".join(f"w{i}" for i in range(300))
SHORT = " ".join(f"v{i}" for i in range(40))
CASES = {
    "dot": {"text": LONG, "mask": Mask.CAUSAL, "positions": Positions.ROPE, "kv_heads": 2},
    "additive": {"text": LONG, "scoring": Scoring.ADDITIVE, "positions": Positions.ALIBI, "kv_heads": 1, "window": 9},
    "cosine": {"text": LONG, "scoring": Scoring.COSINE, "positions": Positions.T5, "temperature": 0.5},
    "one way": {"text": LONG, "positions": Positions.T5, "mask": Mask.CAUSAL, "divisor": 3.0},
    "few keys": {"text": LONG, "memory_text": SHORT, "positions": Positions.T5, "flips": ((299, 3),)},
    "few queries": {"text": SHORT, "memory_text": LONG, "positions": Positions.ALIBI, "scale": False},
}


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_a_long_text_is_that_of_the_whole_head(case):
    settings = dict(CASES[case])
    found = run(own_text(settings.pop("text"), heads=4, d_model=16, precision="float64", **settings))
    assert found.experiment.is_long
    n_q, n_k = len(found.labels), len(found.key_labels)
    whole = found.trace.head(3)
    for row in (0, n_k - 1 if n_k < n_q else 7, n_q - 1):
        this = Entry(found, "weights", 3, row, n_k - 1)
        for name in sides.PAIRS:
            theirs = whole.biased - whole.scaled if name == "bias" else getattr(whole, name)
            ours = torch.tensor(this.values(name, row), dtype=torch.float64)
            torch.testing.assert_close(ours, theirs[0, row], atol=1e-12, rtol=1e-12, msg=f"{name} of row {row}")
            assert this.value(name) == this.values(name, row)[-1]


def test_an_edit_is_known_by_its_place_in_its_head():
    e = own_text("a b c", heads=2, d_model=4).changed(edits=(Edit("Q", 1, 3, 2.0),))
    found = run(e)
    assert [Entry(found, "q", head, 1, 1).edit is not None for head in (0, 1)] == [False, True]
    assert Entry(found, "scores", 1, 1, 1).edit is None
