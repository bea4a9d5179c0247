"""Which attention: how a query is compared with a key, and how order gets in. Torch-free words."""

from enum import StrEnum


class Scoring(StrEnum):
    """How a query and a key make a score."""

    DOT = "dot"  #            q . k                  (Luong et al. 2015, sec. 3.1; Vaswani et al. 2017, eq. 1)
    ADDITIVE = "additive"  #  w . tanh(q + k)        (Bahdanau et al. 2015, appendix A.1.2)
    COSINE = "cosine"  #      q . k / (|q| |k|)      (Graves et al. 2014, eq. 6)


class Positions(StrEnum):
    """How the order of the tokens gets in, if at all."""

    NONE = "none"
    SINUSOIDAL = "sinusoidal"  #  waves added to X           (Vaswani et al. 2017, sec. 3.5)
    LEARNED = "learned"  #        a table added to X         (Gehring et al. 2017, sec. 3.1)
    ROPE = "rope"  #              queries and keys turned    (Su et al. 2021, sec. 3.2)
    ALIBI = "alibi"  #            distance taken from scores (Press et al. 2022, sec. 3)
    T5 = "t5"  #                  a learned number for each bucket of distances (Raffel et al. 2020, sec. 2.1)

    @property
    def is_added(self) -> bool:
        """A vector for each position is added to X."""
        return self in (Positions.SINUSOIDAL, Positions.LEARNED)

    @property
    def is_bias(self) -> bool:
        """A number for each distance is added to the scaled scores."""
        return self in (Positions.ALIBI, Positions.T5)
