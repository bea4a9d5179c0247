"""What fewer digits do to the result."""

from attnquiz.sandbox.agreement import difference
from attnquiz.sandbox.run import Run, run


def against_float64(found: Run) -> float | None:
    """Largest difference of the output to the same in float64 on the processor, relative to the largest entry there.

    None where there is nothing to compare: float64 itself on the processor, no row with weights, and long texts, which
    would take their time twice. nan where the shorter numbers overflowed.
    """
    e = found.experiment
    if e.is_long or (e.precision == "float64" and e.device == "cpu"):
        return None
    exact = run(e.changed(precision="float64", device="cpu")).tensor("output")
    rows = ~exact.isnan().any(dim=-1)
    return difference(found.tensor("output").double()[rows], exact[rows])
