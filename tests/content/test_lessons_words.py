"""Lessons on words and on what came before: every number in them computed."""

import pytest
import torch
from torch import nn

from tests.content.merging import most_frequent_pairs


def test_subword_tokens(lesson):
    lesson("subword-tokens", '"low", "lot" and "slot"', "neighbours three times", "neighbours twice")
    lesson("subword-tokens", "text of 300 pieces", "have 1200 places", "sixteen times as many pairs")
    words = [list("low"), list("lot"), list("slot")]
    assert most_frequent_pairs(words) == (3, {("l", "o")})
    joined = [["lo", "w"], ["lo", "t"], ["s", "lo", "t"]]
    assert most_frequent_pairs(joined) == (2, {("lo", "t")})
    assert 1200**2 == 16 * 300**2


def test_embedding_table(lesson):
    lesson("embedding-table", "vocabulary of 6 and a width of 3 that is 18", "a row that was fetched gets a gradient")
    table = nn.Embedding(6, 3)
    assert table.weight.numel() == 18
    assert torch.equal(nn.functional.one_hot(torch.tensor(4), 6).float() @ table.weight, table(torch.tensor(4)))
    table(torch.tensor([4, 2, 4])).sum().backward()
    assert table.weight.grad.ne(0).any(dim=1).tolist() == [False, False, True, False, True, False]


def test_next_token_objective(lesson):
    lesson("next-token-objective", "ids 31, 14, 15, 92", "inputs 31, 14, 15", "targets 14, 15, 92")
    lesson("next-token-objective", "got 0.5, the loss is 0.69; if it got 0.9, only 0.11")
    ids = torch.tensor([31, 14, 15, 92])
    assert ids[:-1].tolist() == [31, 14, 15]
    assert ids[1:].tolist() == [14, 15, 92]
    for share, loss in ((0.5, 0.69), (0.9, 0.11)):
        logits = torch.tensor([share, 1 - share]).log()
        assert nn.functional.cross_entropy(logits, torch.tensor(0)).item() == pytest.approx(loss, abs=6e-3)


def test_rnn_recurrence(lesson):
    lesson("rnn-recurrence", "half the old one plus the input", "inputs 8, 0, 4 then give the states 8, 4 and 6")
    states = [0.0]
    for entry in (8, 0, 4):
        states.append(states[-1] / 2 + entry)
    assert states[1:] == [8, 4, 6]


def test_path_length(lesson):
    lesson("path-length", "from word 1 to word 60 that makes 59 steps", "keeps 0.8", "six steps keep about a quarter")
    assert len(range(1, 60)) == 59
    kept = [0.8**steps for steps in range(60)]
    assert kept[6] == pytest.approx(0.25, abs=0.02)
    assert kept[59] < 1e-5


def test_seq2seq_bottleneck(lesson):
    lesson("seq2seq-bottleneck", "300 numbers", "three words has a hundred", "sixty words has five")
    assert (300 / 3, 300 / 60) == (100, 5)


def test_cbow_keeps_no_order_and_the_table_no_sentence(lesson):
    lesson("word2vec", "averages the vectors of the words around a gap", "the same row in every sentence")
    bag = nn.EmbeddingBag(9, 4, mode="mean")
    torch.testing.assert_close(bag(torch.tensor([[1, 2, 3, 4]])), bag(torch.tensor([[3, 1, 4, 2]])))
