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


# The path for beginners


def test_the_counts_of_the_first_chapter(says):
    says("beginner", "counting", "$20/50 = 0.4$", "$10/50 = 0.2$")
    assert (20 / 50, 10 / 50) == (0.4, 0.2)


def test_the_dot_product_of_the_second(says):
    says("beginner", "vectors", r"$(1, 2)$ and $(3, 1)$ give $1 \cdot 3 + 2 \cdot 1 = 5$")
    assert torch.tensor([1, 2]) @ torch.tensor([3, 1]) == 5
    found = run(from_query({"experiment": "thai-curry"}))
    said = {"Thai": "(0, 0, 2, 0)", "curry": "(0, 0, 0, 2)", "make": "(0, 2, 0, 0)"}
    for word, row in said.items():
        assert f'"{word}" is ${row}$' in says("beginner", "vectors")
        assert f"({', '.join(f'{x:g}' for x in found.of('x')[found.labels.index(word)].tolist())})" == row


def test_the_shares_of_the_third(says):
    says("beginner", "softmax", "$e^2 = 7.39$", "$e^1 = 2.72$", "Together that is 11.11", "0.67, 0.24 and 0.09")
    exponentials = torch.tensor([2.0, 1, 0], dtype=torch.float64).exp()
    assert exponentials.tolist() == pytest.approx([7.39, 2.72, 1], abs=5e-3)
    assert exponentials.sum().item() == pytest.approx(11.11, abs=5e-3)
    assert (exponentials / exponentials.sum()).tolist() == pytest.approx([0.67, 0.24, 0.09], abs=5e-3)


def test_the_row_that_is_worked_out_by_hand_is_the_row_of_the_sandbox(says):
    says("beginner", "one-score", "comes out as a *query*: $(0, 0, 4, 0)$", r"$4 \cdot 2 = 8$", "four words it is 0")
    says("beginner", "one-score", r"$\sqrt{4} = 2$. The 8 becomes 4", "$54.6 / 58.6 = 0.93$", "$1 / 58.6 = 0.02$")
    found = run(from_query({"experiment": "thai-curry"}), dtype=torch.float64)
    curry, thai = found.labels.index("curry"), found.labels.index("Thai")
    assert found.of("q")[curry].tolist() == [0, 0, 4, 0]
    assert found.of("k").equal(found.of("x")), "a key is the word's own vector"
    assert found.of("scores")[curry].tolist() == [0, 0, 0, 8, 0]
    assert found.of("scaled")[curry, thai] == 4
    assert math.exp(4) == pytest.approx(54.6, abs=0.05)
    assert found.of("weights")[curry].tolist() == pytest.approx([0.02, 0.02, 0.02, 0.93, 0.02], abs=5e-3)
    assert says("beginner", "everybody-asks", 'finds "curry", and gives it 0.65')
    assert found.of("weights")[thai, curry].item() == pytest.approx(0.65, abs=5e-3)


def test_bank_goes_in_alike_and_comes_out_different(says):
    says("beginner", "context", '"the river bank"', '"the savings bank"')
    one, other = (run(from_query({"experiment": f"bank-{which}"})) for which in ("river", "savings"))
    at = [found.labels.index("bank") for found in (one, other)]
    assert one.of("x")[at[0]].equal(other.of("x")[at[1]])
    assert not one.of("output")[at[0]].equal(other.of("output")[at[1]])


def test_words_in_reverse_order_give_outputs_in_reverse_order(says):
    says("beginner", "order", "the words in reverse order give the same outputs in reverse order")
    forth, back = (run(from_query({"experiment": name})) for name in ("thai-curry", "shuffle"))
    assert back.labels == tuple(reversed(forth.labels))
    torch.testing.assert_close(back.of("output"), forth.of("output").flip(0))
