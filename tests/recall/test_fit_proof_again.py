"""The other half of the seeds of test_fit_proof.py. One of the ten may do worse than the default weights."""

import pytest

from attnquiz.study.fitting import made
from tests.recall.hidden import lived, plan, shuffled

pytestmark = pytest.mark.slow


def test_fits_predict_later_answers_better_and_those_of_shuffled_answers_are_refused():
    better = 0
    for seed in range(5, 10):
        histories = lived(plan(seed))
        better += made(histories, None, 0).comparison.gain > 0
        assert not made(shuffled(histories, seed), None, 0).is_better, seed
    assert better >= 4
