"""Numbers from a seed: the same for ever, and what the paper says of positions."""

import math

import numpy as np

from attnquiz.attention.draw import drawn, embedded, sinusoidal
from attnquiz.attention.threads import threads_for


def test_a_seed_draws_the_same_numbers_for_ever():
    assert drawn("W_Q", 2, 3, seed=7).tolist() == drawn("W_Q", 2, 3, seed=7).tolist()
    assert drawn("W_Q", 2, 3, seed=7).tolist() == GOLDEN


def test_other_seeds_and_other_names_draw_other_numbers():
    assert drawn("W_Q", 4, 4, 1).tolist() != drawn("W_Q", 4, 4, 2).tolist()
    assert drawn("W_Q", 4, 4, 1).tolist() != drawn("W_K", 4, 4, 1).tolist()


def test_the_same_word_gets_the_same_vector_wherever_it_stands():
    vectors = embedded(("the", "cat", "the"), 8, seed=3)
    assert vectors[0].tolist() == vectors[2].tolist()
    assert vectors[0].tolist() != vectors[1].tolist()
    assert embedded(("a", "cat"), 8, seed=3)[1].tolist() == vectors[1].tolist()


def test_drawn_numbers_are_normal_and_have_two_decimals():
    numbers = drawn("any", 200, 50, seed=0, spread=0.5)
    assert np.array_equal(np.round(numbers, 2), numbers)
    assert abs(numbers.mean()) < 0.02
    assert abs(numbers.std() - 0.5) < 0.02


def test_positions_are_the_waves_of_the_paper():
    waves = sinusoidal(6, 5)
    for position in range(6):
        for i in range(5):
            angle = position / 10000 ** (2 * (i // 2) / 5)
            assert math.isclose(waves[position, i], math.sin(angle) if i % 2 == 0 else math.cos(angle), abs_tol=1e-15)


def test_small_maths_takes_one_thread():
    assert [threads_for(n) for n in (1, 64, 65, 512)] == [1, 1, 2, 2]


GOLDEN = [[1.26, 0.76, 0.28], [-0.7, -1.88, 1.4]]
