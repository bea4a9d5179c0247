"""Fits of made-up learners: better than the default weights, and refused where there was nothing to learn.

Half of the seeds; the others stand in a file of their own, so that two workers share them.
"""

import pytest

from attnquiz.study.fitting import Stage, made
from tests.recall.hidden import lived, plan, shuffled

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(5))
def test_a_fit_predicts_later_answers_better_and_one_of_shuffled_answers_is_refused(seed):
    histories = lived(plan(seed))
    assert sum(map(len, histories.values())) == 2000
    fitted = made(histories, None, 0)
    assert fitted.stage is Stage.ALL
    assert fitted.comparison.gain > 0
    of_noise = made(shuffled(histories, seed), None, 0)
    assert of_noise.comparison.answers == fitted.comparison.answers
    assert not of_noise.is_better
