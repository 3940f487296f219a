"""Expressions: arithmetic of band names, such as (nir - red) / (nir + red), checked and never run as code.

Names that are no plain words stand in backticks or brackets: `ENMAP-12`, [red edge], [860 nm].
"""

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadRecipe

Plane = NDArray[np.float32]  # [rows, columns]

LONGEST = 500  # characters
DEEPEST = 120  # operations inside one another
_QUOTED = re.compile(r"`([^`\[\]]*)`|\[([^`\[\]]*)\]")
_STRANGE = re.compile(r"[^A-Za-z0-9_+\-*/(),. ]")
_OPERATORS: dict[type[ast.operator], Callable[..., Plane]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_SIGNS: dict[type[ast.unaryop], Callable[..., Plane]] = {ast.UAdd: np.positive, ast.USub: np.negative}
FUNCTIONS: dict[str, tuple[Callable[..., Plane], int]] = {  # what is computed, of how many numbers
    "abs": (np.abs, 1),
    "sqrt": (np.sqrt, 1),
    "log": (np.log, 1),
    "log10": (np.log10, 1),
    "exp": (np.exp, 1),
    "min": (np.minimum, 2),
    "max": (np.maximum, 2),
}
_TAKEN = f"Numbers, bands, + - * / ** ( ) and {', '.join(FUNCTIONS)} can be used"
_QUOTE = "Names that are no plain words stand in backticks, such as `red edge`"


@dataclass(frozen=True)
class Expression:
    """Arithmetic that was checked."""

    text: str
    names: Mapping[str, int]  # of bands or roles, each with the character (from 1) where it stands first
    _tree: ast.expr = field(repr=False, compare=False)
    _written: Mapping[str, str] = field(repr=False, compare=False)  # as the tree calls them -> as they are called

    @property
    def is_plain(self) -> bool:
        """Return whether it is the name of one band, and nothing is computed."""
        return isinstance(self._tree, ast.Name)

    def value(self, planes: Mapping[str, Plane]) -> Plane:
        """Return what comes out for each pixel, NaN where that is no number, such as a division by zero."""
        with np.errstate(all="ignore"):
            made = np.asarray(self._value(self._tree, planes), np.float32)
        return np.where(np.isfinite(made), made, np.float32(np.nan))

    def _value(self, node: ast.expr, planes: Mapping[str, Plane]) -> Plane | np.float32:
        if isinstance(node, ast.Name):
            return planes[self._written[node.id]]
        if isinstance(node, ast.Constant):
            return np.float32(float(node.value))  # type: ignore[arg-type]  # checked
        if isinstance(node, ast.UnaryOp):
            return _SIGNS[type(node.op)](self._value(node.operand, planes))
        if isinstance(node, ast.BinOp):
            return _OPERATORS[type(node.op)](self._value(node.left, planes), self._value(node.right, planes))
        called, arguments = node.func, node.args  # type: ignore[attr-defined]  # a call: no other node was let in
        return FUNCTIONS[called.id][0](*(self._value(argument, planes) for argument in arguments))


def named(name: str) -> Expression:
    """Return the expression that is one band, whatever characters its name has."""
    return Expression(name, {name: 1}, ast.Name(id="_"), {"_": name})


def read_expression(text: str) -> Expression:
    """Return the expression that a text spells.

    Raises:
        BadRecipe: it is too long or too deep, names no band, or holds anything but arithmetic; says where.
    """
    if len(text) > LONGEST:
        raise BadRecipe(f"The expression has {len(text)} characters; {LONGEST} are read. Make it shorter.")
    plain, written = _without_quotes(text)
    if strange := _STRANGE.search(plain):
        raise _at(text, strange.start(), f"{strange.group()!r} cannot stand here. {_TAKEN}. {_QUOTE}")
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
    except SyntaxError as error:
        raise _at(text, (error.offset or 1) - 1, f"this is no arithmetic. {_QUOTE}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadRecipe("The expression cannot be read: it is too deep, or a number in it too long.") from error
    shift = len(plain) - len(plain.lstrip())
    names = dict[str, int]()
    for node, depth in _walk(tree, 0):
        if depth > DEEPEST:
            raise _at(text, shift + node.col_offset, f"more than {DEEPEST} operations lie inside one another")
        _check(node, text, shift)
        if isinstance(node, ast.Name):
            written.setdefault(node.id, node.id)
            name, place = written[node.id], shift + node.col_offset + 1
            names[name] = min(place, names.get(name, place))
    if not names:
        raise _at(text, 0, "no band is named. One that is called like a number stands in backticks, such as `1`")
    return Expression(text, names, tree, written)


def _without_quotes(text: str) -> tuple[str, dict[str, str]]:
    """Return a text of the same length whose quoted names are plain words, and what these stand for."""
    written = dict[str, str]()

    def plain_word(quoted: re.Match[str]) -> str:
        name = (quoted.group(1) if quoted.group(1) is not None else quoted.group(2)).strip()
        if not name:
            raise _at(text, quoted.start(), "a name is empty")
        if re.match(r"[\w`\]]", text[quoted.start() - 1 : quoted.start()]) or re.match(
            r"[\w`\[]", text[quoted.end() :]
        ):
            raise _at(text, quoted.start(), "something is missing between two names")
        word = f"_{len(written):x}".ljust(len(quoted.group()), "_")
        written[word] = name
        return word

    if unquoted := re.search(r"(?<![A-Za-z0-9_])_", _QUOTED.sub(lambda quoted: "0" * len(quoted.group()), text)):
        raise _at(text, unquoted.start(), "a name begins with _; put it into backticks")
    return _QUOTED.sub(plain_word, text), written


def _walk(node: ast.expr, depth: int) -> Iterator[tuple[ast.expr, int]]:
    """Yield the parts of a tree with their depths, and of a call its arguments alone."""
    waiting = [(node, depth)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if depth <= DEEPEST:
            inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
            waiting.extend((part, depth + 1) for part in inner if isinstance(part, ast.expr))


def _check(node: ast.expr, text: str, shift: int) -> None:
    """Refuse a part that is no arithmetic."""
    fault = ""
    if isinstance(node, ast.Constant):
        if type(node.value) not in (int, float) or not _is_finite(node.value):
            fault = "this is no number that can be computed with"
    elif isinstance(node, ast.UnaryOp):
        fault = "" if type(node.op) in _SIGNS else "this is no sign"
    elif isinstance(node, ast.BinOp):
        fault = "" if type(node.op) in _OPERATORS else "this operation is not known"
    elif isinstance(node, ast.Call):
        fault = _fault_of_call(node)
    elif not isinstance(node, ast.Name):
        fault = "this is no arithmetic"
    if fault:
        raise _at(text, shift + node.col_offset, f"{fault}. {_TAKEN}")


def _fault_of_call(node: ast.Call) -> str:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        return "there is no such function"
    name, count = node.func.id, FUNCTIONS[node.func.id][1]
    if node.keywords or len(node.args) != count or any(isinstance(part, ast.Starred) for part in node.args):
        return f"{name} takes {count} number{'s' if count > 1 else ''}"
    return ""


def _is_finite(number: object) -> bool:
    try:
        return math.isfinite(np.float32(float(number)))  # type: ignore[arg-type]
    except OverflowError:
        return False


def _at(text: str, place: int, fault: str) -> BadRecipe:
    shown = text if len(text) <= 80 else f"{text[:80]}..."
    return BadRecipe(f"In the expression {shown!r}, character {place + 1}: {fault}.")
