"""What the other tables say, as SQL, with indexes and triggers. ``schema`` makes them, step by step.

The log (``log_table``) refuses change and deletion, and is the truth. ``withdrawn``, ``unrated`` and ``memory`` are
derived from it and kept in the same transaction.
"""

from attnquiz.store.log_table import instant

# An import, a flag or a setting may come without a token: two of them are told apart by their ids.
INDEXES = (
    "CREATE UNIQUE INDEX log_token ON log (token) WHERE token IS NOT NULL",
    "CREATE INDEX log_face ON log (learner, card, deletion)",
    "CREATE INDEX log_day ON log (learner, study_day) WHERE kind = 'review'",
    "CREATE INDEX log_attempt ON log (attempt) WHERE attempt IS NOT NULL",
    "CREATE INDEX log_cancels ON log (cancels) WHERE cancels IS NOT NULL",
    "CREATE INDEX log_rest ON log (learner, kind) WHERE kind NOT IN ('attempt', 'review', 'withdrawal')",
)

# The third one stands against INSERT OR REPLACE, which deletes rows without asking the second.
TRIGGERS = (
    """
CREATE TRIGGER log_is_never_edited BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'entries of the log are never edited'); END
""",
    """
CREATE TRIGGER log_is_never_cut BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'entries of the log are never deleted'); END
""",
    """
CREATE TRIGGER log_is_never_replaced BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM log WHERE token = NEW.token)
  OR EXISTS (SELECT 1 FROM log WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'entries of the log are never replaced'); END
""",
    """
CREATE TRIGGER review_repeats_its_attempt BEFORE INSERT ON log
WHEN NEW.attempt IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM log AS a WHERE a.id = NEW.attempt AND a.kind = 'attempt' AND a.learner = NEW.learner
    AND a.card = NEW.card AND a.deletion = NEW.deletion AND a.purpose = NEW.purpose AND a.variant = NEW.variant
    AND a.seed = NEW.seed AND a.answer = NEW.answer AND a.verdict = NEW.verdict AND a.confidence IS NEW.confidence)
BEGIN SELECT RAISE(ABORT, 'a review repeats what the attempt that it rates says'); END
""",
    """
CREATE TRIGGER withdrawal_is_about_what_it_takes_back BEFORE INSERT ON log
WHEN NEW.cancels IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM log AS c WHERE c.id = NEW.cancels AND c.learner = NEW.learner
    AND c.card IS NEW.card AND c.deletion IS NEW.deletion)
BEGIN SELECT RAISE(ABORT, 'a withdrawal names an earlier entry of the same learner and face'); END
""",
)

FIRST_MEMORY = f"""
CREATE TABLE memory (                     -- what the scheduler believes: the effective reviews, replayed
  learner TEXT NOT NULL,
  card TEXT NOT NULL,
  deletion INTEGER NOT NULL CHECK (deletion >= 0),
  state TEXT NOT NULL CHECK (state IN ('learning', 'review', 'relearning')),
  step INTEGER CHECK (step >= 0),
  stability REAL NOT NULL CHECK (stability > 0),
  difficulty REAL NOT NULL CHECK (difficulty BETWEEN 1 AND 10),
  due_day TEXT NOT NULL CHECK (due_day IS date(due_day, '0 days')),
  due_at TEXT CHECK {instant("due_at")},
  last_day TEXT NOT NULL CHECK (last_day IS date(last_day, '0 days')),
  last_at TEXT NOT NULL CHECK {instant("last_at")},
  reviews INTEGER NOT NULL CHECK (reviews >= 1),
  lapses INTEGER NOT NULL CHECK (lapses BETWEEN 0 AND reviews),
  PRIMARY KEY (learner, card, deletion),
  CONSTRAINT "a spaced face is due on a day, any other at an instant"
    CHECK ((state = 'review') = (due_at IS NULL) AND (state = 'review') = (step IS NULL))
) STRICT, WITHOUT ROWID
"""

DERIVED = (
    """
CREATE TABLE withdrawn (                  -- entries that an effective withdrawal takes back
  learner TEXT NOT NULL,
  number INTEGER NOT NULL,                -- of the log
  PRIMARY KEY (learner, number)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE unrated (                    -- effective attempts that no effective review rates
  learner TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (learner, number)
) STRICT, WITHOUT ROWID
""",
)

MEMORY = FIRST_MEMORY.replace("the effective reviews, replayed", "the effective reviews and starts, replayed").replace(
    "reviews >= 1", "reviews >= 0"
)

EFFECTIVE = """
CREATE VIEW effective AS                  -- the log without what was taken back
SELECT * FROM log
WHERE NOT EXISTS (SELECT 1 FROM withdrawn AS w WHERE w.learner = log.learner AND w.number = log.number)
"""

CONFIDENT_ERRORS = (
    "CREATE INDEX log_confident_errors ON log (learner, card, deletion, study_day)"
    " WHERE kind = 'review' AND verdict = 'wrong' AND confidence = 'sure'"
)

# Long addresses name a state by its id, so every click on such a page asks for one.
STATES = (
    "CREATE INDEX log_states ON log (learner, json_extract(payload, '$.state'), json_extract(payload, '$.name'))"
    " WHERE kind = 'state'"
)
