"""The step of byte pair encoding that several tests need, written out (Sennrich et al. 2016, sec. 3.2)."""

from collections import Counter
from itertools import pairwise


def most_frequent_pairs(words):
    """How often the most frequent neighbours stand together, and which pairs these are."""
    counts = Counter(pair for word in words for pair in pairwise(word))
    most = max(counts.values())
    return most, {pair for pair, count in counts.items() if count == most}
