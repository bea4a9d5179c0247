"""Ids of new entries."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from attnquiz.store.entry import id_at

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))
DRAWN = st.integers(0, 2**76 - 1)


def test_the_id_of_the_standards_own_example_is_the_one_printed_there():
    """RFC 9562, appendix A.6."""
    at = datetime(2022, 2, 22, 14, 22, 22, tzinfo=timezone(timedelta(hours=-5)))
    assert id_at(at, 0xCC3 << 64 | 0x18C4DC0C0C07398F) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(MOMENTS, DRAWN)
def test_an_id_is_a_uuid_of_version_7_that_begins_with_its_moment(at, drawn):
    id = uuid.UUID(id_at(at, drawn))
    assert (id.version, id.variant) == (7, uuid.RFC_4122)
    assert id.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS, DRAWN, DRAWN)
def test_ids_stand_in_the_order_of_their_moments(one, other, drawn, also_drawn):
    early, late = sorted((one, other))
    if late - early >= timedelta(milliseconds=1):
        assert id_at(early, drawn) < id_at(late, also_drawn)


def test_ids_of_one_moment_begin_alike_and_differ():
    now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    ids = {id_at(now) for _ in range(1_000)}
    assert len(ids) == 1_000
    assert {id[:15] for id in ids} == {id_at(now, 0)[:15]}


def test_a_clock_that_is_set_before_1970_is_no_reason_to_lose_an_answer():
    assert uuid.UUID(id_at(datetime(1960, 1, 1, tzinfo=UTC))).version == 7
