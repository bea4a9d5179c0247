"""Answer expressions: a small arithmetic, read as a syntax tree and never handed to Python to run.

Allowed are numbers, strings, tuples, lists, the names that ``vars`` binds, ``+ - * / // % **``, unary minus, indexing
with one index, and calls to the functions of ``functions.py``. Sizes are bounded before anything is computed, so a
card can neither hang the app nor fill its memory.
"""

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from attnquiz.cards.functions import CELL_FUNCTIONS, FUNCTIONS, number
from attnquiz.errors import ExpressionError

MAX_LENGTH = 1000  # characters of source
MAX_DEPTH = 60  # levels of nesting
MAX_DIGITS = 300  # of a whole number; every such number still fits a float

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}

REFUSED = {
    ast.Attribute: "a dot after a name",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.JoinedStr: "an f-string",
    ast.Starred: "a star",
    ast.Lambda: "lambda",
    ast.NamedExpr: "an assignment",
    ast.Compare: "a comparison",
    ast.BoolOp: "and, or",
    ast.IfExp: "if, else",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.Slice: "a slice",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Await: "await",
    ast.Not: "not",
    ast.Invert: "~",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^ (a power is written **)",
    ast.LShift: "<<",
    ast.RShift: ">>",
}

Calls = Mapping[str, Callable[..., Any]]
CALLS: Calls = MappingProxyType({name: function.call for name, function in FUNCTIONS.items()})


def evaluate(source: str, names: Mapping[str, Any], cells: Calls | None = None) -> Any:
    """The value of ``source``: a finite number, a string, a list or tuple of such values, or what ``cells`` gives.

    ``cells`` are the functions of heatmap cards, which alone know them. Raises ExpressionError, with a sentence, when
    the expression is not allowed, too large, or has no finite value.
    """
    tree = _parsed(source)
    _check(tree, source, names, cells=cells is not None)
    return _value(tree, source, names, {**CALLS, **(cells or {})})


def _parsed(source: str) -> ast.expr:
    text = source.strip()
    if not text:
        raise ExpressionError("The expression is empty: write what the answer is, such as softmax(s)[0].")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"{_quoted(text)} is too long: an expression has at most {MAX_LENGTH} characters.")
    if "\\" in text or not text.isprintable():
        raise ExpressionError(f"{_quoted(text)} contains a backslash or an unprintable character.")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(
            f"{_quoted(text)} cannot be read as an expression: see character {error.offset or 1}."
        ) from None
    except (RecursionError, MemoryError):
        raise ExpressionError(f"{_quoted(text)} is nested too deeply.") from None
    except ValueError:  # half of a surrogate pair, or a number with thousands of digits
        raise ExpressionError(f"{_quoted(text)} cannot be read as an expression.") from None


def _check(node: ast.expr, source: str, names: Collection[str], *, cells: bool, depth: int = 0) -> None:
    """Refuse whatever is not on the list, before anything is computed."""
    if depth > MAX_DEPTH:
        raise ExpressionError(f"{_quoted(source)} is nested too deeply: at most {MAX_DEPTH} levels.")
    match node:
        case ast.Constant(value):
            _check_constant(value, node, source)
            below: list[ast.expr] = []
        case ast.Name(name):
            if name not in names:
                raise _at(node, source, _unknown(name, names))
            below = []
        case ast.Tuple(entries) | ast.List(entries):
            below = entries
        case ast.BinOp(left, sign, right) if type(sign) in OPERATORS:
            below = [left, right]
        case ast.UnaryOp(sign, operand) if type(sign) in SIGNS:
            below = [operand]
        case ast.Subscript(whole, index):
            below = [whole, index]
        case ast.Call():
            _check_call(node, source, cells=cells)
            below = node.args
        case _:
            what = REFUSED.get(type(node)) or REFUSED.get(type(getattr(node, "op", node)), type(node).__name__)
            raise _at(node, source, f"{what} is not allowed in an expression")
    for child in below:
        _check(child, source, names, cells=cells, depth=depth + 1)


def _check_constant(value: Any, node: ast.expr, source: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _at(node, source, f"{value!r} is not allowed: numbers and texts are")
    if isinstance(value, int | float):
        _sized(value, node, source)


def _check_call(node: ast.Call, source: str, *, cells: bool) -> None:
    if not isinstance(node.func, ast.Name):
        raise _at(node, source, "only the known functions can be called")
    name = node.func.id
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise _at(node, source, "arguments are given one after the other, without names or stars")
    if name in FUNCTIONS:
        least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
    elif name in CELL_FUNCTIONS and cells:
        least = most = CELL_FUNCTIONS[name]
    elif name in CELL_FUNCTIONS:
        raise _at(node, source, f"{name} is for heatmap cards")
    else:
        raise _at(node, source, f"there is no function {name}: known are {', '.join(FUNCTIONS)}")
    if not least <= len(node.args) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise _at(node, source, f"{name} takes {wanted} arguments, not {len(node.args)}")


def _value(node: ast.expr, source: str, names: Mapping[str, Any], calls: Calls) -> Any:
    """The value of a checked node. Every number on the way is finite and of bounded size."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Tuple | ast.List):
        entries = [_value(entry, source, names, calls) for entry in node.elts]
        return tuple(entries) if isinstance(node, ast.Tuple) else entries
    try:
        result = _computed(node, source, names, calls)
    except ZeroDivisionError:
        raise _at(node, source, "this divides by zero") from None
    except OverflowError:
        raise _at(node, source, "this number is too large") from None
    except (IndexError, TypeError, ValueError) as error:
        raise _at(node, source, str(error)) from None
    for entry in result if isinstance(result, list) else [result]:
        if not isinstance(entry, str | list | tuple):
            _sized(entry, node, source)
    return result


def _computed(node: ast.expr, source: str, names: Mapping[str, Any], calls: Calls) -> Any:
    match node:
        case ast.Call(ast.Name(name), arguments):
            return calls[name](*[_value(argument, source, names, calls) for argument in arguments])
        case ast.Subscript(whole, index):
            return _entry(_value(whole, source, names, calls), _value(index, source, names, calls))
        case ast.UnaryOp(sign, operand):
            return SIGNS[type(sign)](number(_value(operand, source, names, calls)))
        case ast.BinOp(left, sign, right):
            a, b = (number(_value(side, source, names, calls)) for side in (left, right))
            if isinstance(sign, ast.Pow) and _digits_of_power(a, b) > MAX_DIGITS:
                raise OverflowError
            return OPERATORS[type(sign)](a, b)
    raise TypeError(f"{type(node).__name__} has no value")  # _check lets nothing else through


def _digits_of_power(base: float, exponent: float) -> float:
    """About how many digits a whole power has: known without computing it."""
    whole = isinstance(base, int) and isinstance(exponent, int) and exponent > 0 and abs(base) > 1
    return exponent * math.log10(abs(base)) if whole else 0


def _entry(whole: Any, index: Any) -> Any:
    if not isinstance(whole, list | tuple | str):
        raise ValueError("only a list has entries")
    if not isinstance(index, int):
        raise ValueError("an index is a whole number")
    if not -len(whole) <= index < len(whole):
        raise ValueError(f"there is no entry {index}: entries are numbered 0 to {len(whole) - 1}")
    return whole[index]


def _sized(value: Any, node: ast.expr, source: str) -> None:
    if isinstance(value, complex):
        raise _at(node, source, "this is no real number")
    if isinstance(value, float) and not math.isfinite(value):
        raise _at(node, source, "this is not a finite number")
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        raise _at(node, source, f"this number is too large: at most {MAX_DIGITS} digits")


def _unknown(name: str, names: Collection[str]) -> str:
    if name in FUNCTIONS:
        return f"{name} is a function: write {name}(...)"
    known = ", ".join(names)
    return f"{name} is not bound by vars" + (f": known are {known}" if known else "")


def _at(node: ast.expr, source: str, problem: str) -> ExpressionError:
    """What is wrong, and the part of the expression where it is."""
    text = source.strip()
    part = ast.get_source_segment(text, node) or text
    where = _quoted(text) if part == text else f"{_quoted(part)} in {_quoted(text)}"
    return ExpressionError(f"In {where}: {problem}.")


def _quoted(text: str) -> str:
    return f"“{text}”" if len(text) <= 60 else f"“{text[:57]}...”"
