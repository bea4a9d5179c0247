"""Anything may be typed: any text, any matrix, any address. What comes back is numbers, or one sentence."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import AttnquizError
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.arithmetic import arithmetic
from attnquiz.sandbox.experiment import Mask, View
from attnquiz.sandbox.frames import matrix
from attnquiz.sandbox.ledger import ledger
from attnquiz.sandbox.library import parse
from attnquiz.sandbox.pasted import edits_in, written
from attnquiz.sandbox.program import program
from attnquiz.sandbox.rows import row_words
from attnquiz.sandbox.run import run
from attnquiz.sandbox.wording import equation, meaning, torch_line

MOST = 5_000
many = settings(max_examples=min(MOST, 300 if settings().max_examples <= 300 else MOST), deadline=None)
MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![p](http://example.org/p.png)", "[x](javascript:1)",
    "**bold**", "$x$", "$$\\href{javascript:1}{x}$$", ":red[no]", "`code`", "# title", "| a | b |", "&lt;b&gt;",
    "{{x}}", "\x00", "\u202eright to left", "שלום", "مرحبا بكم", "\u200b\u200d", "👩\u200d👩\u200d👧", "🇩🇪",
    "e\u0301\u0302", "\ud83d", "'; DROP TABLE log; --", "=1+1", "%00", "../..", "nan", "inf", "\r\n", "\t", "\ufeff",
]  # fmt: skip
WORDS = st.sampled_from(MARKUP) | st.text(max_size=20)
TEXTS = (
    st.lists(WORDS, max_size=12).map(" ".join)
    | st.text(max_size=200)
    | st.sampled_from(["", " ", "word " * 10_000, "a" * 30_000, "a b " * 1500, "\x00" * 50])
)
NUMBERS = st.sampled_from(["nan", "inf", "-inf", "1e38", "-1e38", "1e-400", "1e6", "-0", "", "x", "1,5", "²", "٣"])
NUMBERS |= st.floats().map(repr) | st.floats(-3, 3).map(repr)
USUAL = st.floats(-1e6, 1e6).map(repr)


def square(numbers):
    """Two rows of two numbers."""
    return st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=2, max_size=2)


MATRICES = square(USUAL) | square(USUAL | NUMBERS) | st.lists(st.lists(NUMBERS, max_size=4), max_size=4)
UNSAFE = re.compile(r"<(?!/?(br|b|i)\b)[a-zA-Z/!]|!\[|\]\(|(?<!\\)`")


SOUND = {
    "memory": st.sampled_from(["der Kater", "x", "<b>zwei</b> ![p](q)", "drei vier fünf"]),
    "heads": st.sampled_from(["1", "2", "4"]),
    "kv_heads": st.just("1"),
    "d_model": st.sampled_from(["8", "16"]),
    "positions": st.sampled_from(Positions),
    "scoring": st.sampled_from(Scoring),
    "mask": st.sampled_from(Mask),
    "padding": st.sampled_from(["0", "1"]),
    "window": st.sampled_from(["0", "1", "5"]),
    "temperature": st.floats(0.01, 100).map(repr),
    "divisor": st.floats(0.001, 10_000).map(repr),
    "dropout": st.floats(0, 0.9).map(repr),
    "stage": st.sampled_from(Stage),
    "view": st.sampled_from([view for view in View if view is not View.SIGNAL]),
    "precision": st.sampled_from(["float64", "bfloat16", "float16"]),
    "edit": st.floats(-1e6, 1e6).map(lambda value: f"W_Q.0.0:{value!r},Q.0.1:1e6"),
    "flips": st.just("0.0"),
}
BROKEN = {
    "memory": TEXTS,
    "heads": st.sampled_from(["64", "0", "x", "3"]),
    "kv_heads": st.sampled_from(["2", "3"]),
    "d_model": st.sampled_from(["1024", "99999"]),
    "positions": st.just("up"),
    "scoring": st.just("cos"),
    "mask": st.just("tril"),
    "padding": st.sampled_from(["3", "99"]),
    "window": st.just("9999"),
    "temperature": NUMBERS,
    "divisor": NUMBERS,
    "dropout": NUMBERS,
    "layers": st.sampled_from(["2", "3"]),
    "layer": st.just("1"),
    "stage": st.just("SOFT"),
    "precision": st.just("int8"),
    "edit": st.tuples(st.sampled_from(["X", "W_Q", "K", "V", "MASK", "é"]), NUMBERS).map(
        lambda pair: f"{pair[0]}.0.0:{pair[1]}"
    ),
    "flips": st.sampled_from(["1.0,0.1", "99.99", "a"]),
}
ANY = st.fixed_dictionaries({}, optional=SOUND)
"""Settings that most texts can take."""
ONE_BROKEN = st.sampled_from(list(BROKEN)).flatmap(lambda name: st.fixed_dictionaries({name: BROKEN[name]}))
QUERIES = ANY | st.tuples(ANY, ONE_BROKEN).map(lambda both: both[0] | both[1])


def everything(found):
    """All that a page says and shows of a run; long texts in one place only, because they are long."""
    e = found.experiment
    said = [meaning(e), *(value for value in found.labels)]
    for stage in [e.stage] if not e.is_small else e.stages:
        standing = e.changed(stage=stage, tensor="", row=None, column=None)
        said += [meaning(standing), equation(standing), torch_line(standing)]
        for name in sides.tensors(e, stage):
            if e.is_small or name not in sides.PAIRS:
                matrix(found, stage, 0, name)
            lines = arithmetic(found, stage, 0, 0, 0, name) + row_words(found, stage, 0, 0, name)
            said += lines
            for line in lines:
                assert not UNSAFE.search(re.sub(r"\\[!-/:-@\[-`{-~]", "", line)), line
            ledger(found, stage, 0, 0, 0, name)
    return said


def tried(make):
    """What comes of it, or None and the sentence that was said instead."""
    try:
        return make(), ""
    except AttnquizError as error:
        return None, str(error)


@many
@given(TEXTS, QUERIES)
@example("`code`", {})
@example("a b", {"edit": "W_Q.9.0:1"})
def test_any_text_and_any_settings_are_numbers_or_one_sentence(text, query):
    experiment, sentence = tried(lambda: from_query({"text": text} | query))
    if experiment is None:
        assert 10 < len(sentence) < 400
        assert "Traceback" not in sentence
        return
    assert from_query(to_query(experiment)) == experiment
    if not experiment.is_small:
        experiment = experiment.changed(scoring=Scoring.DOT)  # additive scores of 2,048 tokens take seconds
    found = run(experiment)
    assert found.of("output").shape == (len(experiment.tokens), experiment.d_model)
    assert all(isinstance(part, str) for part in everything(found))


@many
@given(TEXTS)
def test_whatever_is_typed_an_exported_program_holds_it_as_data_only(text):
    source, sentence = tried(lambda: program(run(from_query({"text": text, "d_model": "4", "heads": "1"}))))
    if source is None:
        assert sentence
        return
    harmless = compile(program(run(from_query({"text": "a b", "d_model": "4", "heads": "1"}))), "", "exec")
    assert set(compile(source, "", "exec").co_names) <= set(harmless.co_names)


@many
@given(MATRICES, st.sampled_from(["X", "W_Q", "W_K", "W_V", "W_O", "V"]))
def test_any_numbers_in_a_file_are_an_experiment_or_a_sentence_with_its_line(rows, name):
    block = "\n".join(" ".join(row) for row in rows)
    text = f"---\ntitle: t\nd_model: 2\nheads: 1\n---\n\ntokens: a, b\n\n```{name}\n{block}\n```\n"
    experiment, sentence = tried(lambda: parse(text, "t.md"))
    if experiment is None:
        assert sentence.startswith("t.md:")
        return
    everything(run(experiment))


@many
@given(st.text(max_size=80) | MATRICES.map(lambda rows: "\n".join(map(" ".join, rows))))
def test_any_text_pasted_over_a_matrix_is_edits_or_a_sentence(pasted):
    experiment = from_query({"text": "a b", "d_model": "2", "heads": "1"})
    before = written(run(experiment).of("w_q").double().numpy())
    changed, sentence = tried(lambda: experiment.changed(edits=edits_in("W_Q", before, pasted)))
    if changed is None:
        assert 10 < len(sentence) < 300
        return
    everything(run(changed))
