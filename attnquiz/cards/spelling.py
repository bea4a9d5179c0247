"""Comparing typed words with the words that were hidden."""

import unicodedata

SAME = str.maketrans({
    "‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "−": "-",
    "\u200b": None, "\u2060": None, "\ufeff": None, "\u00ad": None,  # invisible
})  # fmt: skip
LONG = 5  # letters from which on a word may be misspelt by one


def normal(text: str) -> str:
    """``text`` without what does not matter: case, runs of spaces, kinds of dash and quote, surrounding $ and `."""
    plain = " ".join(unicodedata.normalize("NFC", text).translate(SAME).casefold().split())
    stripped = plain.strip("$`*\"' ").rstrip(".!, ")
    return stripped or plain


def misspelt(typed: str, right: str) -> bool:
    """Whether ``typed`` is ``right`` with one edit in one word of at least five letters (both are normal)."""
    words = right.split()
    for place, word in enumerate(words):
        before = "".join(f"{other} " for other in words[:place])
        after = "".join(f" {other}" for other in words[place + 1 :])
        fits = len(typed) >= len(before) + len(after) and typed.startswith(before) and typed.endswith(after)
        if fits and sum(map(str.isalpha, word)) >= LONG:
            middle = typed[len(before) : len(typed) - len(after)]
            if one_edit_apart(middle, word):
                return True
    return False


def one_edit_apart(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns ``a`` into ``b`` (Damerau 1964)."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    if len(a) != len(b):
        longer, shorter = sorted((rest_a, rest_b), key=len, reverse=True)
        return longer[1:] == shorter
    return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
