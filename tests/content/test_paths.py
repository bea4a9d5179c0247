"""What the chapters of paths say in numbers, computed; and that they ask what they have just taught."""

import math

import pytest
import torch

from attnquiz.cards.paths import Ask, Look, Text
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.run import run

SECTIONS = ("1 and 2", "3.1", "3.2.1", "3.2.1", "3.2.2", "3.2.3", "3.4", "3.5", "4 and Table 1")


@pytest.fixture
def says(collection):
    """The text of a chapter, after making sure that it says all of the given things."""

    def text(path, chapter, *said):
        (found,) = [each for each in collection.paths[path].chapters if each.id == chapter]
        whole = " ".join(" ".join(part.text for part in found.parts if isinstance(part, Text)).split())
        for words in said:
            assert words in whole, words
        return whole

    return text


def test_the_path_through_the_paper_takes_its_sections_in_order(collection):
    titles = [chapter.title for chapter in collection.paths["paper"].chapters]
    for title, section in zip(titles, SECTIONS, strict=False):
        assert title.startswith((f"Section {section}.", f"Sections {section}.")), title


def test_every_chapter_reads_before_it_asks_and_asks_again_and_again(collection):
    for path in collection.paths.values():
        for chapter in path.chapters:
            assert isinstance(chapter.parts[0], Text), chapter.path
            assert len(chapter.asks) >= 2, chapter.path


def test_every_chapter_leads_into_the_sandbox_or_says_nothing_with_a_number_in_it(collection):
    seen = {chapter.id for path in collection.paths.values() for chapter in path.chapters for part in chapter.parts
            if isinstance(part, Look)}  # fmt: skip
    assert {"scores", "scale-softmax-mix", "heads", "three-uses", "positions", "after-the-paper"} <= seen


def test_every_state_in_a_chapter_opens_and_agrees_with_pytorch(collection):
    for path in collection.paths.values():
        for chapter in path.chapters:
            for look in (part for part in chapter.parts if isinstance(part, Look)):
                found = run(from_query({"experiment": look.see.name, **look.see.arguments}))
                assert found.agreement is None or found.agreement.holds, (chapter.path, look.see.name)


def test_cards_are_asked_in_one_path_once(collection):
    for path in collection.paths.values():
        asks = [part.card for chapter in path.chapters for part in chapter.parts if isinstance(part, Ask)]
        assert len(asks) == len(set(asks))
        assert set(asks) <= collection.cards.keys()


def test_a_lead_of_8_is_a_factor_of_nearly_3000(says):
    says("paper", "scale-softmax-mix", "a lead of 8 over another key is a factor of $e^8$, nearly 3000", "$d_k = 64$")
    assert math.exp(8) == pytest.approx(2981, abs=1)
    assert math.sqrt(64) == 8


def test_the_base_model_has_8_heads_of_64(says):
    says("paper", "heads", "8 heads and width 512, so each head works with 64 numbers")
    assert 8 * 64 == 512


def test_the_waves_of_positions_turn_as_the_text_says(says):
    says("paper", "positions", "The first pair of entries turns by one radian at every step", "a thousand positions")
    turns = 10000 ** -(torch.arange(0, 512, 2, dtype=torch.float64) / 512)
    assert turns[0] == 1
    assert (turns.diff() < 0).all()
    assert 1000 * turns[-1] < 0.11  # of 6.28 radians for a whole turn


def test_a_step_turns_each_pair_by_an_angle_that_does_not_depend_on_the_place(says):
    says("paper", "positions", "then turns each pair by a fixed angle, wherever it starts")
    place, angle = torch.arange(50, dtype=torch.float64), 0.37
    for step in (1, 3):
        turned = torch.stack([torch.sin(angle * (place + step)), torch.cos(angle * (place + step))])
        cos, sin = math.cos(angle * step), math.sin(angle * step)
        rotation = torch.tensor([[cos, sin], [-sin, cos]], dtype=torch.float64)
        here = torch.stack([torch.sin(angle * place), torch.cos(angle * place)])
        torch.testing.assert_close(rotation @ here, turned, atol=1e-12, rtol=0)


def test_a_certain_and_right_model_has_a_loss_of_0(says):
    says("paper", "embeddings", r"The loss is $-\ln p$ of the true token: 0 if the model was certain and right")
    assert -math.log(1) == 0
