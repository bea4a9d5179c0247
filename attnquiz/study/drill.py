"""Answering cards against the store: begin, commit an answer, rate it, undo, redo. Each is one transaction."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from attnquiz.cards.card import Cloze, Computed
from attnquiz.cards.grading import Grading, Verdict, grade
from attnquiz.errors import LateAnswer
from attnquiz.recall.day import study_day
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler, wait
from attnquiz.store.database import Reading, Writing
from attnquiz.store.entry import Entry, Happened, Purpose, id_at
from attnquiz.store.log import LATE
from attnquiz.study.answered import attempt_of, not_before, review_of
from attnquiz.study.askable import asks
from attnquiz.study.desk import Desk
from attnquiz.study.marks import Marks
from attnquiz.study.outlook import aside, day_queue
from attnquiz.study.preferences import Preferences
from attnquiz.study.probes import may_be_asked, spared
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session, Showing
from attnquiz.study.showing import present, present_again


def begin(desk: Desk, now: datetime, *, first: Face | None = None, undone: Entry | None = None) -> Session:
    """Start or resume a sitting from what the log says.

    An answer that was committed and never rated comes back with its feedback, so that nobody is asked a card whose
    answer they have seen, unless the card was set aside since. Otherwise ``first``, if given, and then the queue of
    the day. Where something about ``first`` was ``undone``, a spot check stays one; whoever looks a card up, or has
    just read about it, proves nothing.
    """
    with desk.store.reading() as r:
        preferences = Preferences.of(r)
        today = study_day(now, desk.zone, preferences.rollover)
        queue = day_queue(r, desk.collection, preferences, today)
        session = Session(today, preferences, queue, r.medians())
        attempt = r.open_attempt()
        shown_again = attempt is not None and (attempt.face == first or attempt.face.card not in aside(r, today))
        if shown_again and asks(desk.collection, attempt.face):
            queue = session.queue.without(attempt.face)
            shown = session.show(present_again(r, desk.collection, attempt, now), queue)
            return shown.feedback(attempt, r.token(attempt.face))
        if first is not None and asks(desk.collection, first):
            drawn = undone is not None and (undone.purpose is Purpose.PROBE or queue.spot_check(now) == first)
            spot_check = drawn and _is_fit(r, first, today)
            showing = present(r, desk.collection, first, now, spot_check=spot_check)
            return session.show(showing, queue.without(first))
        return _next(r, desk, session, now)


def commit(desk: Desk, session: Session, answer: str | None, confidence: Confidence, now: datetime) -> Session:
    """Write the answer down before any feedback. ``None`` means "I don't know", which is an attempt as well.

    What cannot be read is asked again and nothing is written; so is, once, a slip in what was typed. Raises LateAnswer
    when this showing has been answered already.
    """
    showing = session.showing
    if showing is None or session.phase not in (Phase.ASK, Phase.CHOOSE):
        return session
    grading = _grading(showing, answer)
    if grading.verdict is Verdict.UNREADABLE:
        return session.say(grading.feedback)
    typed = isinstance(showing.card.body, Cloze | Computed)
    if grading.verdict is Verdict.SLIP and typed and not session.retried:
        return session.forgive(grading.feedback)
    attempt = attempt_of(desk, session, grading, answer or "", confidence, now, id_at(now))
    with desk.store.writing() as w:
        _settle(w, desk, now)
        w.append(attempt)
        token = w.token(showing.face)
    return session.feedback(attempt, token)


def rate(desk: Desk, session: Session, rating: Rating, now: datetime, marks: Marks | None = None) -> Session:
    """Rate the committed answer: the review, the new memory and the next card, in one transaction.

    ``marks`` are kept with an explanation or an experiment; None says that nobody has marked it. Raises LateAnswer when
    the answer has been rated or undone.
    """
    if session.phase is not Phase.FEEDBACK or session.attempt is None or session.showing is None:
        return session
    face = session.showing.face
    with desk.store.writing() as w:
        scheduler = session.preferences.scheduler()
        after = _review(w, desk, session.attempt, rating, session.token, scheduler, now, marks)
        queue = session.queue.put_back(face, after)
        return _next(w, desk, replace(session, queue=queue), now)


def undo(desk: Desk, now: datetime) -> Session:
    """Take back the latest thing done, whichever tab or day it was done in, and show the card it was about."""
    return _withdraw(desk, now, redo=False)


def redo(desk: Desk, now: datetime) -> Session:
    """Do again what was undone last, as long as nothing else has been done since."""
    return _withdraw(desk, now, redo=True)


def preview(session: Session, now: datetime) -> dict[Rating, tuple[Memory, timedelta]]:
    """What each rating would lead to: the memory, and how long until the card comes back."""
    showing, attempt = session.showing, session.attempt
    if showing is None or attempt is None:
        return {}
    scheduler = session.preferences.scheduler()
    at = not_before(now, showing.memory)
    day = attempt.study_day
    outcomes = scheduler.preview(showing.face, showing.memory, at, day)
    if showing.memory is not None and spared(attempt.purpose, showing.memory, day):
        outcomes |= dict.fromkeys((rating for rating in outcomes if rating is not Rating.AGAIN), showing.memory)
    return {rating: (memory, wait(memory, at, day)) for rating, memory in outcomes.items()}


def _next(r: Reading, desk: Desk, session: Session, now: datetime) -> Session:
    """The next card of the queue; a queue that has run out, or is of yesterday, is built anew once."""
    today = study_day(now, desk.zone, session.preferences.rollover)
    if today == session.today:
        shown = _from_queue(r, desk, session, now)
        if shown.phase is not Phase.DONE:
            return shown
    fresh = replace(session, today=today, queue=day_queue(r, desk.collection, session.preferences, today))
    return _from_queue(r, desk, fresh, now)


def _from_queue(r: Reading, desk: Desk, session: Session, now: datetime) -> Session:
    """Pop until a face turns up that still wants asking: another tab may have answered or put aside some, and decks may
    have been edited."""
    put_aside = aside(r, session.today)
    probe, (face, queue) = session.queue.spot_check(now), session.queue.pop(now)
    while face is not None:
        if face.card not in put_aside and asks(desk.collection, face):
            showing = present(r, desk.collection, face, now, spot_check=face == probe)
            early = showing.memory is not None and showing.memory.due_at is not None
            due = showing.memory is None or early or showing.memory.is_due(now, session.today)
            if _is_fit(r, face, session.today) if face == probe else due:
                return session.show(showing, queue)
        probe, (face, queue) = queue.spot_check(now), queue.pop(now)
    return session.show(None, queue)


def _is_fit(r: Reading, face: Face, today: date) -> bool:
    """Whether a spot check of this face says something: it is learnt, and was not asked today."""
    return may_be_asked(r.memory(face), face, r.faces_reviewed(today), today)


def _grading(showing: Showing, answer: str | None) -> Grading:
    if answer is None:
        return Grading(Verdict.UNKNOWN, showing.card.fault)
    if showing.retired:
        return Grading(Verdict.SELF)
    return grade(showing.card, showing.face.deletion, showing.variant, answer)


def _review(
    w: Writing, desk: Desk, attempt: Entry, rating: Rating, token: str, scheduler: Scheduler, now: datetime,
    marks: Marks | None = None,
) -> Memory:
    """Append the review of an attempt and remember what follows from it. It counts for the attempt's study day."""
    assert attempt.face is not None  # an attempt always has one, by CHECK
    if not w.is_open(attempt):
        raise LateAnswer(LATE)
    before = w.memory(attempt.face)
    review, after = review_of(desk, attempt, before, rating, token, scheduler, now, id_at(now), marks)
    w.append(review)
    w.remember(attempt.face, after)
    return after


def _settle(w: Writing, desk: Desk, now: datetime) -> None:
    """An answer left without a rating takes the proposed one as soon as another card is answered."""
    attempt = w.open_attempt()
    if attempt is not None and attempt.face is not None and attempt.proposed is not None:
        scheduler = Preferences.of(w).scheduler()
        _review(w, desk, attempt, attempt.proposed, w.token(attempt.face), scheduler, now)


def withdraw(w: Writing, desk: Desk, entry: Entry, now: datetime) -> None:
    """Take an entry back, with all that goes in one step with it. Raises LateAnswer when that has happened already."""
    day = day_of(w, desk, now)
    for each in w.together(entry) or [entry]:  # none counts any more: the store says so
        w.withdraw(each, id=id_at(now), at=now, zone=desk.zone, study_day=day, app_version=desk.app_version)


def day_of(r: Reading, desk: Desk, now: datetime) -> date:
    """The study day of an instant, for this learner."""
    return study_day(now, desk.zone, Preferences.read(r.settings()).rollover)


def _withdraw(desk: Desk, now: datetime, *, redo: bool) -> Session:
    with desk.store.writing() as w:
        target = w.redoable() if redo else w.undoable()
        if target is not None:
            withdraw(w, desk, target, now)
    if target is None:
        return begin(desk, now).say("There is nothing to redo." if redo else "There is nothing to undo.")
    elsewhere = target.kind in (Happened.MARKING, Happened.START)  # about an answer of old, or about many cards
    face = None if redo or elsewhere else target.face
    return begin(desk, now, first=face, undone=target).say("Done again." if redo else "Taken back.")
