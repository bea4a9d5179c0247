"""Which answers measure memory, and what they say."""

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.measure.retention import fair, frame, retention
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Purpose


def test_only_due_cards_in_review_count(review):
    counted = review("counted")
    others = [
        review("cram", purpose=Purpose.CRAM),
        review("probe", purpose=Purpose.PROBE),
        review("new", purpose=Purpose.NEW, state_before=None, predicted_recall=None),
        review("learning", state_before="learning"),
        review("relearning", state_before="relearning"),
        review("import", purpose=Purpose.IMPORT, predicted_recall=None),
    ]
    assert fair([*others, counted]) == [counted]


def test_only_the_first_answer_of_the_day_counts(review):
    first, again = review(rating=Rating.AGAIN), review(rating=Rating.GOOD)
    assert fair([first, again]) == [first]
    assert fair([review(purpose=Purpose.CRAM), first]) == []
    yesterday = review(days_ago=1)
    assert fair([yesterday, first, again]) == [yesterday, first]


def test_another_face_of_the_card_has_a_first_answer_of_its_own(review):
    blanks = [review(face=review().face._replace(deletion=number)) for number in (1, 2)]
    assert fair(blanks) == blanks


def test_hard_counts_as_remembered_and_again_does_not(review, today):
    rows = [review(f"card {rating}", rating=rating) for rating in Rating]
    overall, _ = retention(rows, today)
    assert (overall.recalled.hits, overall.recalled.n) == (3, 4)


def test_lately_means_the_last_thirty_days_with_today(review, today):
    rows = [review(f"card {days}", days_ago=days) for days in (0, 29, 30, 31)]
    overall, lately = retention(rows, today)
    assert (overall.recalled.n, lately.recalled.n) == (4, 2)


def test_the_prediction_is_the_mean_over_the_same_answers(review, today):
    rows = [review("old", days_ago=90, predicted_recall=0.5), review("new", predicted_recall=0.9)]
    rows.append(review("cram", purpose=Purpose.CRAM, predicted_recall=0.1))
    overall, lately = retention(rows, today)
    assert overall.predicted == pytest.approx(0.7)
    assert lately.predicted == pytest.approx(0.9)


def test_without_any_answer_there_is_no_number(today):
    for period in retention([], today):
        assert period.predicted is None
        assert not period.recalled.enough
    assert frame(retention([], today)).empty


def test_a_worked_example_reaches_the_frame(review, today):
    """18 of 20 remembered, all within 30 days: the interval is 69.9 % to 97.2 %."""
    rows = [review(f"card {i}", days_ago=i, rating=Rating.AGAIN if i < 2 else Rating.GOOD) for i in range(20)]
    shown = frame(retention(rows, today))
    assert list(shown.period) == ["All answers", "Last 30 days"]
    assert list(shown.share) == [0.9, 0.9]
    assert shown.low[0] == pytest.approx(0.699, abs=5e-4)
    assert shown.high[0] == pytest.approx(0.972, abs=5e-4)
    assert list(shown.predicted) == pytest.approx([0.9, 0.9])


def test_a_period_with_too_few_answers_is_left_out_of_the_frame(review, today):
    rows = [review(f"card {i}", days_ago=29 + i) for i in range(20)]
    assert list(frame(retention(rows, today)).period) == ["All answers"]


logs = some.lists(
    some.tuples(
        some.sampled_from("abc"),
        some.integers(0, 60),
        some.sampled_from(list(Purpose)),
        some.sampled_from([None, "learning", "review", "relearning"]),
        some.sampled_from(list(Rating)),
        some.floats(0.1, 1),
    ),
    max_size=60,
)


@given(answers=logs)
def test_the_numbers_agree_with_pandas(review, today, answers):
    answers = sorted(answers, key=lambda answer: -answer[1])  # the log is in order of days
    rows = [
        review(card, days_ago=ago, purpose=purpose, state_before=state, rating=rating, predicted_recall=predicted)
        for card, ago, purpose, state, rating, predicted in answers
    ]
    table = pd.DataFrame(answers, columns=["card", "ago", "purpose", "state", "rating", "predicted"])
    table = table.drop_duplicates(["card", "ago"], keep="first")
    table = table[(table.purpose == "due") & (table.state == "review")]
    for period, part in zip(retention(rows, today), (table, table[table.ago < 30]), strict=True):
        assert period.recalled.n == len(part)
        assert period.recalled.hits == (part.rating > 1).sum()
        if len(part):
            assert period.predicted == pytest.approx(part.predicted.mean())


def test_an_answer_dated_tomorrow_is_not_of_the_last_thirty_days(review, today):
    """A learner who flew west has answers on a study day that is yet to come here."""
    _, lately = retention([review(study_day=today + timedelta(days=1))], today)
    assert lately.recalled.n == 0
