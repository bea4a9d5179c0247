"""The reviews as the optimizer of FSRS reads them: CSV, with the column names of its "Review Logs Schema".

https://github.com/open-spaced-repetition/fsrs-optimizer says what they mean. It asks two questions: the time zone is
the learner's, and the next day starts at four, or at the hour that the learner has set.

Spot checks are reviews like any other here: that their right answers move no due day is our rule, but the answers were
given, and a table with the forgotten ones alone would teach that people forget more than they do.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from attnquiz.recall.face import Face
from attnquiz.store.reviewed import ReviewRow

COLUMNS = ("card_id", "review_time", "review_rating", "review_state", "review_duration")
NEW = 0
STATES = {"learning": 1, "review": 2, "relearning": 3}
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def rows(reviews: Iterable[ReviewRow]) -> Iterator[tuple[str, int, int, int | str, int | str]]:
    """A line for each review, in order. What is not known is left empty: both of these columns are optional there."""
    met: set[Face] = set()
    for review in reviews:
        known = STATES.get(review.state_before or "")
        state = known if known is not None else "" if review.face in met else NEW
        duration = "" if review.seconds is None else round(review.seconds * 1000)
        yield str(review.face), (review.at - _EPOCH) // _MILLISECOND, int(review.rating), state, duration
        met.add(review.face)


def text(reviews: Iterable[ReviewRow]) -> str:
    """All of them as CSV, with a line of names."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(reviews))
    return written.getvalue()
