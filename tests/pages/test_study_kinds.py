"""Every kind of card on the review page, through app.py without a browser: right, wrong in a named way, nonsense."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.noon import ZONE
from tests.pages.seen import button, count, press, press_at_once

REVIEW = "pages/study/review.py"
DECK = Path(__file__).parents[1] / "kinds.md"


@pytest.fixture
def ask(visit, db):
    """``ask("kind-mc")`` opens the review page with that card of tests/kinds.md, as a link does."""
    (db.parent / "decks").mkdir()
    shutil.copy(DECK, db.parent / "decks")
    return lambda card, **query: visit(REVIEW, card=card, **query)


def latest(db, columns, kind="attempt"):
    with closing(sqlite3.connect(db)) as file:
        return file.execute(f"select {columns} from log where kind = ? order by rowid desc", [kind]).fetchone()


def said(at):
    everything = [*at.markdown, *at.caption, *at.info, *at.success, *at.error, *at.warning, *at.text, *at.code]
    return "\n".join(element.value for element in everything)


def state(at):
    from attnquiz.ui.state import KEY

    return at.session_state[KEY]


def token(at):
    return state(at).session.token


def type_in(at, text):
    (at.text_area if at.text_area else at.text_input)[0].set_value(text)
    return press(at, "Sure:")


def recall(at, *choices):
    press(at, "Sure:")
    for choice in choices:
        press(at, choice)
    return at


def arrange(at, order):
    at.session_state[f"steps:{token(at)}"] = {"order": order}
    return press(at, "Sure:")


def point(at, cell):
    at.session_state[f"cells:{token(at)}"] = {"choice": cell}
    return press(at, "Sure:")


ANSWERS = {  # card -> (how it is answered, right, wrong in a named way, the belief behind that)
    "kind-cloze": (type_in, "exponentiates", "adds", None),
    "kind-mc": (recall, ("over the keys",), ("over the queries",), "softmax-over-queries"),
    "kind-numeric": (type_in, "0.881", "0.75", "softmax-is-share"),
    "kind-shape": (type_in, "2x5x5", "(5, 5)", "forgot-head-axis"),
    "kind-order": (arrange, [0, 2, 1, 3], [0, 1, 3, 2], "mask-after-softmax"),
    "kind-code": (type_in, "dim = -1", "dim=-2", "softmax-over-queries"),
    "kind-heatmap": (point, [4, 3], [3, 4], "symmetric-scores"),
    "kind-bug": (recall, ("`2 ", "`attn = scores.softmax(dim=-1)`"), ("`1 ", "`scores = q"), "softmax-over-queries"),
    "kind-experiment": (recall, ("nothing",), ("they all grow",), "softmax-is-share"),
}


def answer(at, how, what):
    return how(at, *what) if how is recall else how(at, what)


@pytest.mark.parametrize("card", ANSWERS)
def test_a_right_answer_is_seen_as_right_and_goes_on_with_good(ask, db, card):
    how, right, _, _ = ANSWERS[card]
    at = answer(ask(card), how, right)
    assert at.success[0].value == "Right."
    assert latest(db, "card, verdict, confidence") == (card, "right", "sure")
    assert count(db, "review") == 0
    press(at, "Next: Good")
    assert latest(db, "card, rating", "review") == (card, 3)
    assert state(at).session.showing.card.id != card


@pytest.mark.parametrize("card", ANSWERS)
def test_a_wrong_answer_is_refuted_and_the_belief_behind_it_named(ask, db, card):
    how, _, wrong, belief = ANSWERS[card]
    at = answer(ask(card), how, wrong)
    assert "you were sure" in at.error[0].value
    assert latest(db, "card, verdict, misconception, proposed") == (card, "wrong", belief, 1)
    if belief is not None:
        from attnquiz.cards.collection import load, shipped

        assert f"The belief behind it: *{load(shipped()).misconceptions[belief].belief}*" in said(at)
    button(at, "Next: Again")


@pytest.mark.parametrize(
    ("card", "nonsense", "sentence"),
    [
        ("kind-cloze", "  ", "Nothing was written"),
        ("kind-numeric", "a lot", "That cannot be read as"),
        ("kind-shape", "round", "a shape"),
        ("kind-code", "", "Nothing was written"),
        ("kind-explain", "\n ", "Nothing was written"),
    ],
)
def test_nonsense_is_asked_again_with_a_sentence_and_nothing_is_written(ask, db, card, nonsense, sentence):
    at = type_in(ask(card), nonsense)
    assert sentence in at.info[0].value
    assert (count(db, "attempt"), count(db, "review")) == (0, 0)
    button(at, "Sure:")


@pytest.mark.parametrize("cell", [None, [7, 7], [1], ["<b>", 2], "nonsense"])
def test_without_a_cell_of_the_map_the_learner_is_asked_to_choose_one(ask, db, cell):
    at = ask("kind-heatmap")
    at = press(at, "Not sure") if cell is None else point(at, cell)
    assert "Choose a cell of the map first" in at.info[0].value
    assert count(db, "attempt") == 0


@pytest.mark.parametrize("order", [[0, 0, 1, 2], [0, 1], [0, 1, 2, 3, 4], ["a"], "nonsense"])
def test_an_order_that_is_none_is_the_order_that_stood_there(ask, db, order):
    at = ask("kind-order")
    from attnquiz.study.showing import order as start

    stood = " ".join(str(step + 1) for step in start(state(at).session.showing))
    arrange(at, order)
    assert latest(db, "answer") == (stood,)


def test_a_press_on_no_option_is_no_answer(ask, db):
    at = ask("kind-mc")
    press(at, "Sure:")
    press_at_once(at, "over the keys")
    assert (count(db, "attempt"), state(at).session.phase) == (0, "choose")


def test_a_key_that_is_pressed_twice_rates_nothing(ask, db):
    at = ask("kind-basic")
    press(at, "I don't know")  # key 3
    press_at_once(at, "Good")  # key 3 again
    assert count(db, "review") == 0
    press(at, "Good")
    assert count(db, "review") == 1


def test_a_line_found_without_its_fix_is_hard_and_says_so(ask, db):
    at = recall(ask("kind-bug"), "`2 ", "`scores = q")
    assert "You found the line" in at.warning[0].value
    assert latest(db, "verdict, proposed, answer") == ("slip", 2, "2: scores = q @ k.T")
    assert "You chose line 2, `attn = scores.softmax(dim=0)`, and the fix `scores = q @ k.T`." in said(at)
    button(at, "Next: Hard")


def test_no_bug_is_an_answer_without_a_fix(ask, db):
    at = recall(ask("kind-bug"), "There is no bug")
    assert latest(db, "verdict, answer") == ("wrong", "0")
    assert "You said: there is no bug." in said(at)


def test_the_lines_of_a_program_have_their_numbers_as_keys_and_the_fixes_1_to_3(ask):
    at = recall(ask("kind-bug"))
    shortcuts = [b.proto.shortcut for b in at.button if b.key.startswith("line:")]
    assert shortcuts == ["1", "2", "3", "0"]
    press(at, "`2 ")
    assert [b.proto.shortcut for b in at.button if b.key.startswith("fix:")] == ["1", "2", "3"]


def test_what_else_a_question_shows_stays_beside_its_program(ask, visit, db):
    ask("kind-bug")
    (db.parent / "decks" / "more.md").write_text(
        "## two-blocks\nkind: bug\nbug: 1\nfix: x = 2\n\nQ: Which line?\n\n```python\nx = 1\nprint(x)\n```\n\n"
        "It prints\n\n```\n1\n```\n\ninstead of 2.\n", encoding="utf-8",
    )  # fmt: skip
    at = visit(REVIEW, card="two-blocks")
    assert [element.value for element in at.code] == ["x = 1\nprint(x)"]
    assert "Which line?\nIt prints\n\n```\n1\n```\n\ninstead of 2." in said(at)


def test_own_words_are_shown_as_text_beside_the_model_answer(ask, db):
    at = type_in(ask("kind-explain"), "A <b>positive</b> *exponential*\n# never vanishes")
    assert at.text[0].value == "A <b>positive</b> *exponential*\n# never vanishes"
    assert "Exponentials are positive, and so are their shares." in said(at)
    assert [box.label for box in at.checkbox] == [
        "An exponential is never 0", "So every share is positive", "It says that a mask is applied to weights",
    ]  # fmt: skip
    assert latest(db, "verdict") == ("self",)


@pytest.mark.parametrize(
    ("ticks", "proposed", "belief"),
    [((), "Again", None), ((0,), "Hard", None), ((0, 1), "Good", None), ((0, 1, 2), "Again", "mask-after-softmax")],
)
def test_the_proposed_rating_follows_the_ticks_which_survive_a_rerun(ask, db, ticks, proposed, belief):
    at = type_in(ask("kind-explain"), "something")
    for tick in ticks:
        at.checkbox[tick].check().run()
    at.run()
    assert tuple(index for index, box in enumerate(at.checkbox) if box.value) == ticks
    press(at, f"Next: {proposed}")
    payload, misconception = latest(db, "payload, misconception", "review")
    assert (json.loads(payload), misconception) == ({"ticks": list(ticks)}, belief)


def test_an_unsure_explanation_is_hard_at_most(ask):
    at = ask("kind-explain")
    at.text_area[0].set_value("something")
    press(at, "Not sure:")
    for box in at.checkbox[:2]:
        box.check().run()
    button(at, "Next: Hard")


def test_who_wrote_no_explanation_has_nothing_to_tick(ask):
    at = press(ask("kind-explain"), "I don't know")
    assert not at.checkbox
    button(at, "Next: Again")


def test_an_experiment_tells_what_happens_and_keeps_the_explanation_without_rating_it(ask, db):
    at = recall(ask("kind-experiment"), "nothing")
    assert "0.2447 0.0900 0.6652, twice." in said(at)
    at.text_area[0].set_value("Only <i>differences</i> count.")
    at.checkbox[0].check().run()
    press(at, "Next: Good")
    payload = json.loads(latest(db, "payload", "review")[0])
    assert payload == {"ticks": [0], "explanation": "Only <i>differences</i> count."}


def test_worked_steps_stand_open_on_a_new_card_and_a_hint_costs(ask, db):
    at = ask("kind-numeric")
    assert "1. Take the exponentials of [3, 1].\n2. Add them." in said(at)
    press(at, "A hint (1 left)")
    assert "3. Divide the first by the sum." in said(at)
    assert "One hint taken: Hard is the best rating proposed." in said(at)
    assert not [b for b in at.button if b.label.startswith("A hint")]
    type_in(at, "0.881")
    assert latest(db, "verdict, hints, proposed") == ("right", 1, 2)


def test_a_lesson_can_be_read_before_the_question(ask, db):
    at = ask("kind-numeric")
    question = at.markdown[0].value
    press(at, "Teach me first")
    assert question not in said(at)
    assert "Softmax turns any list of scores" in said(at)
    assert not at.text_input
    press(at, "Ask me now")
    assert at.markdown[0].value == question
    assert count(db, "attempt") == 0


def test_a_belief_that_can_be_acted_out_is_the_one_way_into_the_sandbox(ask):
    at = point(ask("kind-heatmap"), [3, 4])
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert links == {"See it as if that were true": "belief=symmetric-scores&experiment=thai-curry"}


def test_a_card_without_a_state_of_the_sandbox_shows_the_belief_where_it_can_be_seen(ask):
    at = recall(ask("kind-mc"), "over the queries")
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert "belief=softmax-over-queries" in links["See it as if that were true"]
    assert "See it in the sandbox" not in links


def test_what_was_known_once_and_is_gone_leads_to_the_sandbox_first(ask, visit):
    press(press(ask("kind-heatmap"), "I don't know"), "Easy")
    at = press(visit(REVIEW, card="kind-heatmap"), "I don't know")
    assert "You knew this once." in said(at)
    assert [link.proto.label for link in at.get("page_link")] == ["**See it in the sandbox**"]


def test_multiple_choice_that_is_known_for_months_is_asked_without_its_options(ask, visit, db):
    learn(db, "kind-mc")
    at = ask("kind-mc")
    assert not [b for b in at.button if b.label.startswith("Not sure:")]
    press(at, "Sure: show the answer")
    assert "Compare this with the answer you had in mind." in said(at)
    assert "over the keys" in said(at)
    assert latest(db, "verdict, answer") == ("self", "")


def learn(db, card):
    """Answer a card right, whenever it is due, until its memory lasts for months."""
    from attnquiz.cards.collection import load, shipped
    from attnquiz.recall.face import Face
    from attnquiz.recall.rating import Rating
    from attnquiz.store.database import Store
    from attnquiz.study import drill
    from attnquiz.study.proposal import Confidence

    desk = drill.Desk(Store.open(db), load(shipped(), DECK.parent), ZONE, "test")
    for days in (200, 190, 150):
        now = datetime.now(UTC) - timedelta(days=days)
        showing = drill.begin(desk, now, first=Face(card))
        answered = drill.commit(desk, showing.recall(Confidence.SURE, now), "A", Confidence.SURE, now)
        drill.rate(desk, answered, Rating.EASY, now)


def test_q_and_k_are_shown_where_the_question_speaks_of_them(ask, visit):
    assert "| curry | 0 | 0 | 4 | 0 |" in said(ask("kind-heatmap"))
    hidden = visit(REVIEW, card="heat-causal-certain")
    assert "curry |" not in said(hidden)


def test_each_tab_that_reloads_lands_where_the_log_says(ask, visit, db):
    at = ask("kind-order")
    before = state(at).session.showing
    again = visit(REVIEW, card="kind-order")
    assert (state(again).session.showing.token, state(again).session.showing.seed) == (before.token, before.seed)
    arrange(at, [0, 1, 3, 2])
    late = visit(REVIEW, card="kind-order")
    assert "Your order:\n\n1. Score.\n2. Scale.\n3. Softmax.\n4. Mask." in said(late)
    press(late, "Next: Again")
    assert (count(db, "attempt"), count(db, "review")) == (1, 1)


def test_a_link_leads_to_a_card_once_and_to_one_blank_of_it(ask):
    at = ask("kind-cloze", deletion="2")
    assert state(at).session.showing.face.deletion == 2
    assert "blank 2 of 2" in at.text_input[0].label
    assert set(at.query_params) == {"card", "deletion"}  # a reload finds it again
    press(at, "I don't know")
    press(at, "Easy")
    assert state(at).session.showing.card.id != "kind-cloze"
    assert not at.query_params
    at.run()
    assert state(at).session.showing.card.id != "kind-cloze"


def test_the_same_link_leads_to_its_card_again_but_no_double_press_does(ask):
    at = ask("kind-basic")
    press(at, "I don't know")
    press(at, "Easy")
    assert state(at).session.showing.card.id != "kind-basic"
    at.query_params["card"] = "kind-basic"  # the second half of a double press, sent with the address of before
    at.run()
    assert state(at).session.showing.card.id != "kind-basic"
    at.switch_page("pages/study/today.py").run()
    at.query_params["card"] = "kind-basic"
    at.switch_page(REVIEW).run()
    assert state(at).session.showing.card.id == "kind-basic"


@pytest.mark.parametrize("query", [{"card": "<b>none</b>"}, {"card": "kind-cloze", "deletion": "9"}, {"deletion": "1"}])
def test_a_link_to_no_card_gets_a_sentence_and_the_sitting_goes_on(ask, query):
    at = ask(query.pop("card", ""), **query)
    assert "There is no card" in at.error[0].value
    assert "<b>" not in at.error[0].value
    assert state(at).session.showing is not None
    at.run()
    assert not at.error


def test_a_link_waits_until_an_answer_that_is_open_has_been_rated(ask, visit):
    press(ask("kind-basic"), "I don't know")
    at = visit(REVIEW, card="kind-mc")
    assert "This answer still waits for its rating" in at.info[0].value
    press(at, "Easy")
    assert state(at).session.showing.card.id == "kind-mc"


@pytest.mark.parametrize("card", ["kind-mc", "kind-bug", "kind-experiment"])
def test_whoever_finds_no_answer_among_the_options_may_still_say_so_and_need_not_guess(ask, db, card):
    at = recall(ask(card))
    press(at, "After all, I don't know")
    assert latest(db, "verdict, answer, confidence") == ("unknown", "", "unsure")
