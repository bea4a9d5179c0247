"""How order gets in: RoPE turns by the offset alone, ALiBi's rows are the paper's, T5's buckets those of the rule."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.attention.flex_attention import flex_attention

from attnquiz.attention.attend import attend
from attnquiz.attention.draw import sinusoidal
from attnquiz.attention.mask import causal
from attnquiz.attention.position import alibi, alibi_slopes, linear, rope, t5, t5_buckets

LIMITS = {torch.float32: 1e-6, torch.float64: 1e-12}


class TestRoPE:
    @given(st.integers(0, 2**31), st.integers(1, 40), st.integers(1, 8))
    def test_pairs_are_complex_numbers_that_are_multiplied(self, apart, seed, n, pairs):
        x = torch.randn(2, n, 2 * pairs, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        angles = [[m * 10000 ** (-i / pairs) for i in range(pairs)] for m in range(n)]
        turns = torch.polar(torch.ones(n, pairs, dtype=torch.float64), torch.tensor(angles, dtype=torch.float64))
        theirs = torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (pairs, 2))) * turns).flatten(-2)
        assert apart(rope(x), theirs) <= 1e-12

    @pytest.mark.parametrize("dtype", LIMITS)
    def test_a_score_depends_on_the_offset_only_as_far_as_2048_tokens(self, apart, dtype):
        q, k = torch.randn(2, 1, 1, 64, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(dtype)
        turned_q, turned_k = (rope(part.expand(1, 2048, 64)).double() for part in (q, k))  # sums are not on trial here
        scores = (turned_q @ turned_k.transpose(-2, -1))[0]
        assert apart(scores[1:, 1:], scores[:-1, :-1]) <= LIMITS[dtype]
        assert apart(scores[1900:, 1900:], scores[:148, :148]) <= LIMITS[dtype]
        assert apart(scores[0, 1:], scores[0, :-1]) > 1e-2, "but it does depend on it"

    def test_attend_turns_queries_and_keys_and_no_values(self, apart):
        q, k, v = torch.randn(3, 2, 5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        trace, plain = attend(q, k, v, rotary=True), attend(rope(q), rope(k), v)
        assert torch.equal(trace.output, plain.output)
        assert torch.equal(trace.q_rot, rope(q))
        assert trace.q is q

    def test_lengths_stay_and_the_first_token_is_not_turned(self, apart):
        x = torch.randn(1, 9, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        assert apart(rope(x).norm(dim=-1), x.norm(dim=-1)) <= 1e-15
        assert torch.equal(rope(x)[:, 0], x[:, 0])

    def test_a_quarter_turn_by_hand(self, apart):
        base = (math.pi / 2) ** -2  # the second pair of d = 4 then turns by base^(-1/2) = a quarter for each token
        x = torch.tensor([[[1.0, 0.0, 1.0, 2.0]] * 2], dtype=torch.float64)
        assert apart(rope(x, base)[0, 1], [math.cos(1), math.sin(1), -2.0, 1.0]) <= 1e-15

    def test_its_angles_are_those_of_the_waves(self, apart):
        ones = torch.tensor([1.0, 0.0], dtype=torch.float64).repeat(4).expand(1, 20, 8)
        waves = torch.from_numpy(sinusoidal(20, 8)).unflatten(-1, (4, 2)).flip(-1).flatten(-2)
        assert apart(rope(ones)[0], waves) <= 1e-14


class TestALiBi:
    def test_its_rows_are_those_of_figure_3(self):
        figure = [[0], [-1, 0], [-2, -1, 0], [-3, -2, -1, 0], [-4, -3, -2, -1, 0]]
        for slope, head in zip(alibi_slopes(8), alibi(5, 5, 8), strict=True):
            below = torch.where(causal(5), head / slope, math.nan)
            assert [[x for x in row if not math.isnan(x)] for row in below.tolist()] == figure

    def test_every_row_falls_by_the_slope_with_each_step_away_on_both_sides(self):
        for slope, head in zip(alibi_slopes(4), alibi(3, 6, 4).tolist(), strict=True):
            assert head == [[-slope * abs(i - j) for j in range(6)] for i in range(3)]
            assert linear(3, 6, slope).tolist() == head

    def test_eight_heads_have_the_slopes_of_the_paper(self):
        assert alibi_slopes(8) == tuple(1 / 2**i for i in range(1, 9))

    def test_sixteen_heads_have_the_slopes_of_the_paper(self):
        assert alibi_slopes(16) == pytest.approx([2 ** (-i / 2) for i in range(1, 17)], rel=1e-15)

    def test_twelve_heads_have_eight_and_every_second_of_sixteen(self):
        assert alibi_slopes(12) == (*alibi_slopes(8), *(2**-0.5, 2**-1.5, 2**-2.5, 2**-3.5))

    @given(st.integers(1, 64))
    def test_any_number_of_heads_has_the_slopes_of_the_authors_code(self, heads):
        def power(n):
            start = 2 ** (-(2 ** -(math.log2(n) - 3)))
            return [start * start**i for i in range(n)]

        def authors(n):
            if math.log2(n).is_integer():
                return power(n)
            closest = 2 ** math.floor(math.log2(n))
            return power(closest) + authors(2 * closest)[0::2][: n - closest]

        assert len(alibi_slopes(heads)) == heads
        assert alibi_slopes(heads) == pytest.approx(authors(heads), rel=1e-12)

    @pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
    def test_attention_with_it_is_that_of_flex_attention(self, apart):
        q, k, v = torch.randn(3, 4, 16, 8, generator=torch.Generator().manual_seed(0))
        slopes = torch.tensor(alibi_slopes(4))

        def away(score, batch, head, i, j):
            return torch.where(i >= j, score - slopes[head] * (i - j), -math.inf)

        theirs = flex_attention(q[None], k[None], v[None], score_mod=away)[0]
        assert apart(attend(q, k, v, allowed=causal(16), bias=alibi(16, 16, 4)).mixed, theirs) <= 1e-6


def bucket_by_rule(offset, one_way, buckets, farthest):
    """Offset i - j. Whole numbers only: (n / e)^c >= (f / e)^b is n^c e^b >= f^b e^c."""
    count, later = (buckets, 0) if one_way else (buckets // 2, buckets // 2 if offset < 0 else 0)
    n = max(offset, 0) if one_way else abs(offset)
    e = count // 2
    if n < e:
        return later + n
    c = count - e
    b = max(b for b in range(c) if n**c * e**b >= farthest**b * e**c)
    return later + e + b


class TestT5:
    @pytest.mark.parametrize("one_way", [True, False])
    @pytest.mark.parametrize(("buckets", "farthest"), [(32, 128), (8, 20), (16, 64), (4, 5)])
    def test_every_offset_falls_into_the_bucket_of_the_rule(self, one_way, buckets, farthest):
        n = 300
        found = t5_buckets(n, n, one_way=one_way, buckets=buckets, farthest=farthest).tolist()
        expected = {o: bucket_by_rule(o, one_way, buckets, farthest) for o in range(-n, n)}
        assert found == [[expected[i - j] for j in range(n)] for i in range(n)]
        assert max(map(max, found)) == buckets - 1

    def test_near_distances_have_their_own_far_ones_share_the_last(self):
        back = t5_buckets(200, 1, one_way=True).flatten().tolist()
        assert back[:16] == [*range(16)]
        assert back[16] == back[17] == back[18] == 16
        assert back[113:] == [31] * 87
        ahead = t5_buckets(1, 200, one_way=True).flatten().tolist()
        assert ahead == [0] * 200
        both_ways = t5_buckets(1, 200, one_way=False).flatten().tolist()
        assert both_ways[:9] == [0, 17, 18, 19, 20, 21, 22, 23, 24]
        assert both_ways[16] == 26, "16 is a border: the bucket of 16, not the one before"

    @pytest.mark.parametrize("one_way", [True, False])
    def test_each_head_looks_its_numbers_up_in_its_column_of_the_table(self, one_way):
        table = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))
        bias, buckets = t5(table, 5, 40, one_way=one_way), t5_buckets(5, 40, one_way=one_way)
        assert bias.shape == (3, 5, 40)
        for head in range(3):
            for i in range(5):
                for j in range(40):
                    assert bias[head, i, j] == table[buckets[i, j], head]

    def test_it_lets_the_table_learn(self):
        table = torch.zeros(32, 2, requires_grad=True)
        q, k, v = torch.randn(3, 2, 6, 4, generator=torch.Generator().manual_seed(0))
        attend(q, k, v, bias=t5(table, 6, 6, one_way=False)).output.square().sum().backward()
        assert (table.grad.abs().sum(dim=1) > 0).tolist() == [b in (*range(6), *range(17, 22)) for b in range(32)]
