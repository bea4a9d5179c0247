"""The table ``log`` as SQL: what it said at first, and what migrations say of it since.

It refuses what makes no sense (every CHECK is named by the sentence it stands for), and is the truth.
"""

from functools import reduce


def instant(column: str) -> str:
    """SQL that holds for NULL and for a real instant such as 2026-01-31T08:00:00.000000Z, for nothing else.

    The '0 days' make SQLite work the date out: without it, the 30th of February passes.
    """
    seconds = f"substr({column}, 1, 19)"
    fraction = f"substr({column}, 20)"
    return (
        f"({column} IS NULL OR {seconds} IS strftime('%Y-%m-%dT%H:%M:%S', {seconds}, '0 days')"
        f" AND {fraction} GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]Z')"
    )


FIRST_LOG = f"""
CREATE TABLE log (
  number INTEGER PRIMARY KEY,             -- order of arrival in this file; means nothing in another
  id TEXT NOT NULL UNIQUE,
  learner TEXT NOT NULL,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,                       -- instants: UTC, microseconds, fixed width: text order is time order
  zone TEXT NOT NULL,
  study_day TEXT NOT NULL,
  app_version TEXT NOT NULL,
  card TEXT, deletion INTEGER,            -- the face
  concept TEXT, card_kind TEXT, rev INTEGER, content TEXT,
  purpose TEXT, token TEXT,
  variant INTEGER, seed INTEGER,
  shown_at TEXT, recalled_at TEXT, committed_at TEXT,
  answer TEXT, confidence TEXT, hints INTEGER, retried INTEGER,
  verdict TEXT, misconception TEXT, wrong_rule INTEGER, proposed INTEGER,
  attempt TEXT REFERENCES log (id),       -- on a review: what it rates
  rating INTEGER, predicted_recall REAL,
  memory_before TEXT, memory_after TEXT,  -- JSON
  weights TEXT, retention REAL, scheduler TEXT,
  cancels TEXT REFERENCES log (id),       -- on a withdrawal: what it takes back
  payload TEXT,                           -- JSON

  CONSTRAINT "an id is a uuid in small letters"
    CHECK (length(id) = 36 AND id GLOB '????????-????-????-????-????????????' AND id = lower(id)),
  CONSTRAINT "an entry has a learner, a zone and an app version"
    CHECK (learner <> '' AND zone <> '' AND app_version <> ''),
  CONSTRAINT "a kind of entry is one that we know"
    CHECK (kind IN ('attempt', 'review', 'withdrawal', 'suspend', 'bury', 'flag', 'revision', 'start', 'weights',
      'setting', 'import')),
  CONSTRAINT "an instant is UTC with microseconds"
    CHECK ({instant("at")} AND {instant("shown_at")}
      AND {instant("recalled_at")} AND {instant("committed_at")}),
  CONSTRAINT "a study day is a date"
    CHECK (study_day IS date(study_day, '0 days')),
  CONSTRAINT "a face is a card and a deletion"
    CHECK ((card IS NULL) = (deletion IS NULL) AND card <> '' AND deletion >= 0),
  CONSTRAINT "attempts, reviews, suspends, buries and flags are about a face"
    CHECK (card IS NOT NULL OR kind NOT IN ('attempt', 'review', 'suspend', 'bury', 'flag')),
  CONSTRAINT "attempts and reviews have a purpose, nothing else has"
    CHECK ((purpose IS NOT NULL) = (kind IN ('attempt', 'review'))),
  CONSTRAINT "a purpose is one that we know, and no attempt is imported"
    CHECK (purpose IN ('due', 'new', 'probe', 'sandbox', 'exam', 'cram', 'import')
      AND (purpose <> 'import' OR kind = 'review')),
  CONSTRAINT "what only our screen knows is there for our answers"
    CHECK (purpose IS NULL OR purpose = 'import' OR (card_kind IS NOT NULL AND rev IS NOT NULL
      AND content IS NOT NULL AND variant IS NOT NULL AND seed IS NOT NULL AND shown_at IS NOT NULL
      AND committed_at IS NOT NULL AND answer IS NOT NULL AND hints IS NOT NULL AND retried IS NOT NULL
      AND verdict IS NOT NULL)),
  CONSTRAINT "our answers are sure or unsure and have a proposed rating, except in an exam"
    CHECK (purpose IS NULL OR purpose IN ('import', 'exam')
      OR (confidence IS NOT NULL AND proposed IS NOT NULL)),
  CONSTRAINT "what only our screen knows is empty for everything else"
    CHECK (purpose <> 'import' OR (variant IS NULL AND seed IS NULL AND shown_at IS NULL AND recalled_at IS NULL
      AND committed_at IS NULL AND answer IS NULL AND confidence IS NULL AND hints IS NULL AND retried IS NULL
      AND verdict IS NULL AND misconception IS NULL AND wrong_rule IS NULL AND proposed IS NULL
      AND predicted_recall IS NULL AND token IS NULL)),
  CONSTRAINT "only attempts and reviews say how something was answered"
    CHECK (purpose IS NOT NULL OR (variant IS NULL AND seed IS NULL AND shown_at IS NULL AND recalled_at IS NULL
      AND committed_at IS NULL AND answer IS NULL AND confidence IS NULL AND hints IS NULL AND retried IS NULL
      AND verdict IS NULL AND misconception IS NULL AND wrong_rule IS NULL AND proposed IS NULL
      AND predicted_recall IS NULL)),
  CONSTRAINT "our answers and withdrawals have a token"
    CHECK (token <> '' AND (token IS NOT NULL OR kind NOT IN ('attempt', 'review', 'withdrawal')
      OR purpose IS 'import')),
  CONSTRAINT "confidence is sure or unsure"
    CHECK (confidence IN ('sure', 'unsure')),
  CONSTRAINT "a verdict is right, wrong, slip, self or unknown"
    CHECK (verdict IN ('right', 'wrong', 'slip', 'self', 'unknown')),
  CONSTRAINT "counts start at zero"
    CHECK (rev >= 0 AND variant >= 0 AND hints >= 0 AND wrong_rule >= 0),
  CONSTRAINT "retried is yes or no"
    CHECK (retried IN (0, 1)),
  CONSTRAINT "ratings are 1 to 4"
    CHECK (rating IN (1, 2, 3, 4) AND proposed IN (1, 2, 3, 4)),
  CONSTRAINT "a review has a rating, nothing else has"
    CHECK ((rating IS NOT NULL) = (kind = 'review')),
  CONSTRAINT "our review names its attempt, nothing else does"
    CHECK ((attempt IS NOT NULL) = (kind = 'review' AND purpose <> 'import')),
  CONSTRAINT "a review says which scheduler it was for, nothing else does"
    CHECK ((weights IS NOT NULL) = (kind = 'review') AND (retention IS NOT NULL) = (kind = 'review')
      AND (scheduler IS NOT NULL) = (kind = 'review')),
  CONSTRAINT "our review says what is believed after it, and only reviews say what is believed"
    CHECK (CASE WHEN kind <> 'review' THEN memory_before IS NULL AND memory_after IS NULL
      ELSE purpose = 'import' OR memory_after IS NOT NULL END),
  CONSTRAINT "a memory is JSON with a state"
    CHECK ((memory_before IS NULL OR (json_valid(memory_before)
        AND json_extract(memory_before, '$.state') IN ('learning', 'review', 'relearning')) IS TRUE)
      AND (memory_after IS NULL OR (json_valid(memory_after)
        AND json_extract(memory_after, '$.state') IN ('learning', 'review', 'relearning')) IS TRUE)),
  CONSTRAINT "retention and predicted recall are probabilities"
    CHECK (retention > 0 AND retention < 1 AND predicted_recall BETWEEN 0 AND 1),
  CONSTRAINT "a withdrawal names what it takes back, nothing else does"
    CHECK ((cancels IS NOT NULL) = (kind = 'withdrawal') AND cancels <> id),
  CONSTRAINT "a payload is JSON, and answers and withdrawals have none"
    CHECK (payload IS NULL OR (json_valid(payload) AND kind NOT IN ('attempt', 'review', 'withdrawal'))),
  CONSTRAINT "a setting has a name and a value"
    CHECK (kind <> 'setting' OR (json_type(payload, '$.name') IS 'text'
      AND json_type(payload, '$.value') IN ('text', 'integer', 'real')) IS TRUE),
  CONSTRAINT "weights are 21 numbers"
    CHECK (kind <> 'weights' OR json_array_length(payload, '$.weights') IS 21)
) STRICT
"""

# What m003 says of the table instead: (before, since).
_MARKINGS = (
    ("'flag', 'revision', 'start', 'weights',\n      ", "'flag', 'marking', 'revision', 'start',\n      'weights', "),
    ("suspends, buries and flags are about a face", "suspends, buries, flags and markings are about a face"),
    ("'suspend', 'bury', 'flag')),", "'suspend', 'bury', 'flag', 'marking')),"),
    ("answers and withdrawals have none", "attempts and withdrawals have none"),
    ("kind NOT IN ('attempt', 'review', 'withdrawal'))),", """kind NOT IN ('attempt', 'withdrawal'))),
  CONSTRAINT "a marking names the attempt that it is about and the points it ticks"
    CHECK (kind <> 'marking' OR (json_type(payload, '$.attempt') IS 'text'
      AND json_type(payload, '$.ticks') IS 'array') IS TRUE),"""),
)  # fmt: skip

MARKED_LOG = reduce(lambda table, change: table.replace(*change), _MARKINGS, FIRST_LOG)

# What m004 says of it instead.
_STATES = (
    ("'start',\n      'weights', 'setting', 'import')",
     "'start',\n      'state', 'prediction', 'weights', 'setting', 'import')"),
    ('  CONSTRAINT "weights are 21 numbers"', """\
  CONSTRAINT "a state is about no face and has an id, a name that may be empty, and an address"
    CHECK (kind <> 'state' OR (json_type(payload, '$.state') IS 'text' AND json_extract(payload, '$.state') <> ''
      AND json_type(payload, '$.name') IS 'text' AND json_type(payload, '$.query') IS 'object'
      AND card IS NULL) IS TRUE),
  CONSTRAINT "a prediction is about no face and has a purpose, an address, a question, an answer and a verdict"
    CHECK (kind <> 'prediction' OR (json_extract(payload, '$.purpose') IS 'sandbox'
      AND json_type(payload, '$.query') IS 'object' AND json_type(payload, '$.asked') IS 'text'
      AND json_type(payload, '$.answer') IS 'text'
      AND json_extract(payload, '$.verdict') IN ('right', 'wrong', 'unknown') AND card IS NULL) IS TRUE),
  CONSTRAINT "weights are 21 numbers\""""),
)  # fmt: skip

STATES_LOG = reduce(lambda table, change: table.replace(*change), _STATES, MARKED_LOG)

# What m005 says of it instead.
_STARTS = (
    ("'prediction', 'weights'", "'prediction', 'placement', 'weights'"),
    ("reviews, suspends, buries, flags and markings are", "reviews, suspends, buries, flags, markings and starts are"),
    ("'flag', 'marking')),", "'flag', 'marking', 'start')),"),
    ("our answers and withdrawals have a token",
     "our answers, withdrawals, starts and steps of a placement have a token"),
    ("kind NOT IN ('attempt', 'review', 'withdrawal')\n",
     "kind NOT IN ('attempt', 'review', 'withdrawal', 'start', 'placement')\n"),
    ('  CONSTRAINT "weights are 21 numbers"', """\
  CONSTRAINT "a start says which placement it comes from, how sure that is, and what its memory begins with"
    CHECK (kind <> 'start' OR (json_type(payload, '$.placement') IS 'text'
      AND json_type(payload, '$.known') IN ('real', 'integer') AND json_extract(payload, '$.known') BETWEEN 0 AND 1
      AND json_type(payload, '$.stability') IN ('real', 'integer') AND json_extract(payload, '$.stability') > 0
      AND json_type(payload, '$.difficulty') IN ('real', 'integer')
      AND json_extract(payload, '$.difficulty') BETWEEN 1 AND 10
      AND json_extract(payload, '$.due_day') IS date(json_extract(payload, '$.due_day'), '0 days')
      AND json_type(payload, '$.due_day') IS 'text' AND json_extract(payload, '$.due_day') >= study_day) IS TRUE),
  CONSTRAINT "a step of a placement is about no face; an answer says what was asked, of which concept, and how it went"
    CHECK (kind <> 'placement' OR (json_type(payload, '$.placement') IS 'text' AND card IS NULL
      AND CASE json_extract(payload, '$.step') WHEN 'begin' THEN 1 WHEN 'stop' THEN 1 WHEN 'answer' THEN
        json_type(payload, '$.concept') IS 'text' AND json_type(payload, '$.card') IS 'text'
        AND json_type(payload, '$.deletion') IS 'integer' AND json_type(payload, '$.variant') IS 'integer'
        AND json_type(payload, '$.answer') IS 'text'
        AND json_extract(payload, '$.verdict') IN ('right', 'wrong', 'slip', 'unknown') END) IS TRUE),
  CONSTRAINT "weights are 21 numbers\""""),
)  # fmt: skip

STARTS_LOG = reduce(lambda table, change: table.replace(*change), _STARTS, STATES_LOG)


def _one_of(expression: str, *words: str) -> str:
    """SQL that holds for NULL and for one of the words. The usual ones come first: two at a time are asked for.

    Of an IN with more than two SQLite makes a table, and where it checks a file, another one for each row.
    """
    pairs = (words[place : place + 2] for place in range(0, len(words), 2))
    lists = (", ".join(f"'{word}'" for word in pair) for pair in pairs)
    return "(" + " OR ".join(f"{expression} IN ({words})" for words in lists) + ")"


def _instant_by_its_date(column: str) -> str:
    """The same as ``instant``, worked out in half the time: only the date takes a calendar.

    The time is there for SQLite to read: it refuses a 61st second, and makes the next day of the hour 24.
    """
    shape = "????-??-??T??:??:??." + "[0-9]" * 6 + "Z"
    return (
        f"({column} IS NULL OR {column} GLOB '{shape}'"
        f" AND substr({column}, 1, 10) IS date(substr({column}, 1, 19), '0 days'))"
    )


# What m008 says of it instead: the same in words that SQLite is done with in half the time, for each row of a file.
_QUICK = (
    *((instant(column), _instant_by_its_date(column)) for column in ("at", "shown_at", "recalled_at", "committed_at")),
    ("""(kind IN ('attempt', 'review', 'withdrawal', 'suspend', 'bury', 'flag', 'marking', 'revision', 'start',
      'state', 'prediction', 'placement', 'weights', 'setting', 'import'))""",
     _one_of("kind", "attempt", "review", "withdrawal", "suspend", "bury", "flag", "marking", "revision", "start",
             "state", "prediction", "placement", "weights", "setting", "import")),
    ("purpose IN ('due', 'new', 'probe', 'sandbox', 'exam', 'cram', 'import')",
     _one_of("purpose", "due", "new", "probe", "sandbox", "exam", "cram", "import")),
    ("(verdict IN ('right', 'wrong', 'slip', 'self', 'unknown'))",
     _one_of("verdict", "right", "wrong", "self", "unknown", "slip")),
    ("rating IN (1, 2, 3, 4) AND proposed IN (1, 2, 3, 4)", "rating BETWEEN 1 AND 4 AND proposed BETWEEN 1 AND 4"),
    *((f"json_extract({memory}, '$.state') IN ('learning', 'review', 'relearning')",
       _one_of(f"json_extract({memory}, '$.state')", "review", "learning", "relearning"))
      for memory in ("memory_before", "memory_after")),
)  # fmt: skip

LOG = reduce(lambda table, change: table.replace(*change), _QUICK, STARTS_LOG)
