"""Habits of the house that an import contract cannot see: only one place may, and nowhere may.

A rule looks at one file and yields (line, what is wrong). Each is also seen to object to what was planted.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
Fault = tuple[int, str]
Rule = Callable[[str, str], Iterator[Fault]]

FOLDERS = ("attnquiz", "pages", "tests", "benchmarks")
SUFFIXES = {".py", ".js", ".css", ".html"}
OURS = sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.suffix in SUFFIXES)
OURS += [ROOT / "app.py", ROOT / "run.py"]


def below_ui(name: str) -> bool:
    return name.startswith("attnquiz/") and not name.startswith(
        ("attnquiz/ui/", "attnquiz/__main__", "attnquiz/commands/")
    )


def in_app(name: str) -> bool:
    return name.startswith(("attnquiz/", "pages/")) or name == "app.py"


def nodes(name: str, text: str) -> Iterator[ast.AST]:
    if name.endswith(".py"):
        yield from ast.walk(ast.parse(text))


def dotted(node: ast.AST) -> str:
    """`np.random.rand` for that expression, with an empty head where it starts from something computed."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def strings(name: str, text: str) -> Iterator[tuple[int, str]]:
    """String constants that are not docstrings."""
    found = list(nodes(name, text))
    bare = {id(node.value) for node in found if isinstance(node, ast.Expr)}
    for node in found:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.lineno, node.value


# --- only one place may ------------------------------------------------------------------------

CLOCK = re.compile(
    r"(.*\.)?(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|localtime)"
)
ENVIRONMENT = re.compile(r"os\.(environ|getenv|environb)|Path\.(home|cwd)|os\.getcwd|locale\.\w+")
DICE = re.compile(
    r"random\.(?!Random$)\w+|secrets\.\w+|(np|numpy)\.random\.(?!default_rng$|Generator$|RandomState$)\w+|os\.urandom"
    r"|torch\.(manual_seed|seed)"
)
SEEDABLE = re.compile(r"random\.Random|(np|numpy)\.random\.(default_rng|RandomState)")
SQL = re.compile(
    r"\b((select|SELECT)\s.+\s(from|FROM)\s|(insert|INSERT)\s+(or\s+\w+\s+|OR\s+\w+\s+)?(into|INTO)\s"
    r"|(update|UPDATE)\s+\w+\s+(set|SET)\s|(delete|DELETE)\s+(from|FROM)\s|(create|CREATE)\s+(table|TABLE|index|INDEX)\s"
    r"|(pragma|PRAGMA)\s+\w|BEGIN IMMEDIATE|begin immediate)",
    re.DOTALL,
)
COLOUR = re.compile(r"(?<![\w&])#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b(?![-\w])|\b(rgb|hsl)a?\(\s*[\d.]")


def the_clock_is_read_in_ui_and_the_command_line(name: str, text: str) -> Iterator[Fault]:
    if below_ui(name) or name.startswith("pages/"):
        for node in nodes(name, text):
            if isinstance(node, ast.Attribute) and CLOCK.fullmatch(dotted(node)):
                yield node.lineno, f"reads the clock with {dotted(node)}: take `now` as an argument"


def the_environment_is_read_in_ui_and_the_command_line(name: str, text: str) -> Iterator[Fault]:
    if below_ui(name) or name.startswith("pages/"):
        for node in nodes(name, text):
            if isinstance(node, ast.Attribute) and ENVIRONMENT.fullmatch(dotted(node)):
                yield node.lineno, f"reads the environment with {dotted(node)}: take it as an argument"


def dice_are_seeded(name: str, text: str) -> Iterator[Fault]:
    """uuid4 may name an entry: a name decides nothing."""
    if below_ui(name) or name.startswith("pages/"):
        for node in nodes(name, text):
            if isinstance(node, ast.Attribute | ast.Name) and DICE.fullmatch(dotted(node)):
                yield node.lineno, f"throws dice with {dotted(node)}: take a seed as an argument"
            if isinstance(node, ast.Call) and not node.args and SEEDABLE.fullmatch(dotted(node.func)):
                yield node.lineno, f"leaves {dotted(node.func)} without a seed: take one as an argument"


def session_state_has_one_door(name: str, text: str) -> Iterator[Fault]:
    if in_app(name) and name != "attnquiz/ui/state.py":
        for node in nodes(name, text):
            if isinstance(node, ast.Attribute) and node.attr == "session_state":
                yield node.lineno, "touches session_state: only attnquiz/ui/state.py may"


def sql_stays_in_the_store(name: str, text: str) -> Iterator[Fault]:
    if in_app(name) and not name.startswith("attnquiz/store/"):
        for line, value in strings(name, text):
            if SQL.search(value):
                yield line, "holds SQL: only attnquiz/store/ may"


def colours_are_chosen_in_charts(name: str, text: str) -> Iterator[Fault]:
    if not in_app(name) or name.startswith("attnquiz/charts/"):
        return
    found = strings(name, text) if name.endswith(".py") else enumerate(text.splitlines(), start=1)
    for line, value in found:
        if (match := COLOUR.search(value)) and match.group().lower() not in {"#000", "#fff"}:  # ink on a colour
            yield line, f"chooses the colour {match.group()}: only attnquiz/charts/ may, and the theme"


# --- nowhere may -------------------------------------------------------------------------------


def files_and_functions_fit_the_eye(name: str, text: str) -> Iterator[Fault]:
    limit = 300 if name.endswith(".py") and in_app(name) else 450  # lists of cases are long; a component is one script
    if len(text.splitlines()) > limit:
        yield limit, f"is longer than {limit} lines: find the second subject in it"
    for node in nodes(name, text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > 60:
                yield node.lineno, f"{node.name} is {length} lines long; a screen holds 60"


def files_are_named_for_their_subject(name: str, text: str) -> Iterator[Fault]:
    if re.search(r"(util|helper|manager|common|misc)s?(\b|_|\.)", Path(name).name):
        yield 1, "is named for no subject"


def nothing_is_run_or_unpickled(name: str, text: str) -> Iterator[Fault]:
    for node in nodes(name, text):
        runs = isinstance(node, ast.Call) and dotted(node.func) in {"eval", "exec", "compile", "__import__"}
        if runs and in_app(name):  # a test may run the PyTorch that a page shows
            yield node.lineno, f"calls {dotted(node.func)}: decks and addresses are data, never code"
        if isinstance(node, ast.Import | ast.ImportFrom) and imported(node) & {"pickle", "marshal", "shelve", "dill"}:
            yield node.lineno, "reads or writes pickles, which run code when they are opened"
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html" and in_app(name):
            yield node.lineno, "lets HTML through from text: unsafe_allow_html"


def the_real_thing_is_tested(name: str, text: str) -> Iterator[Fault]:
    for node in nodes(name, text):
        if isinstance(node, ast.Import | ast.ImportFrom) and imported(node) & {"unittest", "mock", "pytest_mock"}:
            yield node.lineno, "imports a mock: use the real file, database or page"


def input_is_refused_with_a_sentence(name: str, text: str) -> Iterator[Fault]:
    """`assert x is not None` may stay: it tells a type checker what the line above has made sure of."""
    if in_app(name):
        for node in nodes(name, text):
            if isinstance(node, ast.Assert) and not ast.unparse(node.test).endswith(" is not None"):
                yield node.lineno, "asserts: raise an AttnquizError that says what is wrong, where, what to do"


def values_below_ui_are_frozen(name: str, text: str) -> Iterator[Fault]:
    """A draft that never leaves its file (`_Draft`) may change."""
    if not below_ui(name):
        return
    for node in nodes(name, text):
        for mark in node.decorator_list if isinstance(node, ast.ClassDef) else []:
            written = ast.unparse(mark)
            frozen = "frozen=True" in written and "slots=True" in written
            if re.match(r"(dataclasses\.)?dataclass\b", written) and not (frozen or node.name.startswith("_")):
                yield node.lineno, f"{node.name} is a dataclass without frozen=True, slots=True"


def opening_a_door_opens_no_other(name: str, text: str) -> Iterator[Fault]:
    if re.fullmatch(r"attnquiz/(\w+/)?__init__\.py", name):
        for node in nodes(name, text):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, "imports something in an __init__: torch would follow one day"
    if name.startswith("tests/") and name.endswith("__init__.py"):
        yield 1, "lies in tests/, where two files of one name live side by side only without it"


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return {name.split(".")[0] for name in names}


# rule -> planted (file, text) to which it must object, and (file, text) which it must let pass
RULES: dict[Rule, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    the_clock_is_read_in_ui_and_the_command_line: (
        [
            ("attnquiz/study/x.py", "now = datetime.now(UTC)"),
            ("attnquiz/store/x.py", "t = time.time()"),
            ("pages/study/x.py", "d = datetime.date.today()"),
            ("attnquiz/recall/x.py", "default_factory = datetime.now"),
        ],
        [("attnquiz/ui/x.py", "datetime.now(UTC)"), ("attnquiz/study/x.py", "now.time(); day.today")],
    ),
    the_environment_is_read_in_ui_and_the_command_line: (
        [("attnquiz/store/x.py", "os.environ['ATTNQUIZ_DB']"), ("attnquiz/sandbox/x.py", "Path.home()")],
        [("attnquiz/__main__.py", "os.environ"), ("attnquiz/cards/x.py", "Path(name)")],
    ),
    dice_are_seeded: (
        [
            ("attnquiz/study/x.py", "random.shuffle(cards)"),
            ("attnquiz/attention/x.py", "torch.manual_seed(0)"),
            ("attnquiz/sandbox/x.py", "np.random.rand(3); np.random.default_rng().normal()"),
        ],
        [("attnquiz/study/x.py", "random.Random(seed).shuffle(cards); np.random.default_rng(seed); uuid5(a, b)")],
    ),
    session_state_has_one_door: (
        [("attnquiz/ui/review.py", "st.session_state['card'] = 1"), ("pages/study/x.py", "st.session_state.card")],
        [("attnquiz/ui/state.py", "st.session_state"), ("tests/pages/x.py", "at.session_state")],
    ),
    sql_stays_in_the_store: (
        [
            ("attnquiz/measure/x.py", "rows = db.query('select card from entries where at > ?')"),
            ("attnquiz/ui/x.py", "q = '''SELECT *\n FROM log '''"),
            ("attnquiz/study/x.py", "q = f'delete from {table} where 1'"),
            ("attnquiz/study/x.py", "q = 'insert or ignore into entry values (?)'"),
            ("attnquiz/exchange/x.py", "q = 'PRAGMA user_version'"),
        ],
        [
            ("attnquiz/store/x.py", "q = 'select card from entries where 1'"),
            ("attnquiz/ui/x.py", "q = 'Select a cell from the map to see it.'"),
            ("attnquiz/ui/x.py", '"""Picks: select a from b."""'),
        ],
    ),
    colours_are_chosen_in_charts: (
        [
            ("attnquiz/ui/x.py", "c = '#1e3a8a'"),
            ("attnquiz/ui/x.py", "c = 'color: #f00'"),
            ("attnquiz/ui/matrix/x.css", "p { color: #123456; }"),
            ("attnquiz/ui/matrix/x.js", "let c = `rgb(12, 3, 4)`"),
        ],
        [
            ("attnquiz/charts/x.py", "c = '#1e3a8a'"),
            ("attnquiz/ui/x.py", "c = ['## heading', '#face-to-face', '&#10003;']"),
            ("attnquiz/ui/matrix/x.css", "p { color: var(--st-text-color); }"),
            ("attnquiz/ui/matrix/x.js", "let c = `rgb(${r}, ${g}, ${b})`"),
        ],
    ),
    files_and_functions_fit_the_eye: (
        [("attnquiz/x.py", "x = 1\n" * 301), ("tests/x.py", "def long():\n" + "    x = 1\n" * 60)],
        [("attnquiz/x.py", "x = 1\n" * 300), ("tests/x.py", "def long():\n" + "    x = 1\n" * 59)],
    ),
    files_are_named_for_their_subject: (
        [("attnquiz/ui/utils.py", ""), ("tests/helpers.py", ""), ("attnquiz/store/file_manager.py", "")],
        [("attnquiz/study/queue.py", ""), ("attnquiz/utilities_of_water.py", "")],
    ),
    nothing_is_run_or_unpickled: (
        [
            ("attnquiz/cards/x.py", "eval(source)"),
            ("attnquiz/ui/x.py", "import pickle"),
            ("benchmarks/x.py", "from pickle import loads"),
            ("attnquiz/ui/x.py", "st.markdown(text, unsafe_allow_html=True)"),
        ],
        [("attnquiz/cards/x.py", "ast.parse(source, mode='eval'); re.compile('x'); model.eval()")],
    ),
    the_real_thing_is_tested: (
        [("tests/x.py", "from unittest import mock"), ("tests/x.py", "import unittest.mock")],
        [("tests/x.py", "import pytest")],
    ),
    input_is_refused_with_a_sentence: (
        [("attnquiz/cards/x.py", "assert answer"), ("pages/study/x.py", "assert card")],
        [("tests/x.py", "assert answer"), ("attnquiz/store/x.py", "assert entry.face is not None")],
    ),
    values_below_ui_are_frozen: (
        [
            ("attnquiz/cards/x.py", "@dataclass\nclass Card: ..."),
            ("attnquiz/cards/x.py", "@dataclass(frozen=True)\nclass Card: ..."),
            ("attnquiz/cards/x.py", "@dataclasses.dataclass(frozen=True, slots=False)\nclass Card: ..."),
        ],
        [
            ("attnquiz/cards/x.py", "@dataclass(frozen=True, slots=True)\nclass Card: ..."),
            ("attnquiz/ui/x.py", "@dataclass\nclass State: ..."),
        ],
    ),
    opening_a_door_opens_no_other: (
        [("attnquiz/cards/__init__.py", "from attnquiz.cards import card"), ("tests/cards/__init__.py", "")],
        [("attnquiz/__init__.py", "__version__ = '1'")],
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule):
    faults = []
    for path in OURS:
        name = path.relative_to(ROOT).as_posix()
        faults += [f"{name}:{line}: {fault}" for line, fault in rule(name, path.read_text(encoding="utf-8"))]
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_objects_where_it_must_and_only_there(rule: Rule):
    objectionable, fine = RULES[rule]
    assert [case for case in objectionable if not list(rule(*case))] == []
    assert [case for case in fine if list(rule(*case))] == []
