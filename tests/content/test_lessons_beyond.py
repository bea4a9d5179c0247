"""The numbers in the lessons beyond the paper, computed."""

import math

import pytest
import torch


def row(*scores):
    return torch.tensor(scores, dtype=torch.float64).softmax(dim=-1).tolist()


def test_flash_attention_runs_its_softmax(lesson):
    lesson(
        "flash-attention", "a block with the scores 2 and 0, the sum relative to 2 is 1.14", "a score of 4 turns up",
        "multiplied by exp(-2), which gives 0.15, and 1 is added",
    )  # fmt: skip
    before = sum(math.exp(score - 2) for score in (2, 0))
    assert round(before, 2) == 1.14
    assert round(before * math.exp(-2), 2) == 0.15
    assert before * math.exp(2 - 4) + 1 == pytest.approx(sum(math.exp(score - 4) for score in (2, 0, 4)))


def test_levels_of_a_quantised_weight(lesson):
    lesson(
        "quantisation", "5 bits tell 32 apart", "between -1.55 and 1.55 these lie 0.1 apart", "32 levels leave 31 gaps",
        "A weight of 0.77 becomes 0.75, the nearest level",
    )  # fmt: skip
    levels = torch.linspace(-1.55, 1.55, 2**5, dtype=torch.float64)
    assert len(levels) == 32
    gaps = levels.diff()
    assert len(gaps) == 31
    assert gaps.tolist() == pytest.approx([0.1] * 31)
    assert levels[(levels - 0.77).abs().argmin()].item() == pytest.approx(0.75)


def test_a_sink_takes_the_weight(lesson):
    lesson("attention-sink", "score -2 with each of ten keys, each gets 0.1, as if all scores were 20")
    assert row(*[-2] * 10) == pytest.approx([0.1] * 10) == row(*[20] * 10)
    lesson("attention-sink", "With a score of 5 against nine words of 0 it takes 0.94")
    assert row(5, *[0] * 9)[0] == pytest.approx(0.94, abs=5e-3)


def test_patches_of_an_image(lesson):
    lesson("vit", "60 by 60 pixels in colour and patches of 12 by 12: there are 5 rows of 5, so 25 tokens")
    image = torch.zeros(1, 3, 60, 60)
    flat = torch.nn.functional.unfold(image, 12, stride=12).mT
    assert flat.shape == (1, 25, 432)
    lesson("vit", "12 times 12 times 3 or 432 numbers", "25 tokens make 625 scores", "100 tokens and 10 000 scores")
    smaller = torch.nn.functional.unfold(image, 6, stride=6).mT
    assert smaller.shape[1] == 100
    assert (flat @ flat.mT).numel() == 625
    assert (smaller @ smaller.mT).numel() == 10_000


def test_the_shares_of_a_parser_are_those_of_its_experiment(lesson, opened, collection):
    lesson("classic-nlp", '0.7 for "books", say, 0.2 for "reads", 0.1 for "she"')
    found = opened(collection.lessons["classic-nlp"].see.name)
    assert dict(zip(found.key_labels, found.of("weights")[0].tolist(), strict=True)) == {
        "books": pytest.approx(0.7), "reads": pytest.approx(0.2), "she": pytest.approx(0.1),
    }  # fmt: skip


def test_the_lesson_on_sinks_opens_one(collection):
    see = collection.lessons["attention-sink"].see
    assert see.name == "start-sink"


def test_the_image_of_the_lesson_on_patches_is_cut_into_patches(collection, changed):
    found = changed(collection.lessons["vit"].see.name)
    assert found.experiment.block("IMAGE")
    assert len(found.labels) == 16
