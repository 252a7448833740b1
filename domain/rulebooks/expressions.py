"""Reads the small conditions of a rulebook, `total >= 90 and rank <= 3`: parsed and checked, never executed.

The form is that of everyday arithmetic: numbers, texts in quotes, names, `+ - * /`, comparisons, `and`,
`or`, `not`, and the functions of `FUNCTIONS`. Python's own parser reads it; only these parts are let through.
"""

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

LENGTH_MAX = 400
DEPTH_MAX = 20

NAMES = frozenset(
    {
        "total",
        "base",
        "rank",
        "bottom",
        "ranked",
        "grade",
        "stars",
        "eligible",
        "kind",
        "status",
        "class",
        "months",
    }
)
"""What every subject has: its total, granted base, rank from the top and from the bottom, how many are
ranked, grade, stars, whether awards are open, the roster's kind, status and class, and its months in it."""

FUNCTIONS: dict[str, tuple[int, ...]] = {
    "points": (1,),
    "raw": (1,),
    "gains": (0, 1),
    "losses": (0, 1),
    "count": (1,),
    "quantity": (1,),
    "categories": (0,),
    "role": (1,),
    "flag": (1,),
    "met": (1,),
    "had": (1,),
    "mean": (1,),
    "mode": (1,),
    "majority": (1,),
    "ballots": (1,),
    "last": (1,),
    "streak": (1,),
    "min": (2, 3, 4, 5, 6),
    "max": (2, 3, 4, 5, 6),
    "abs": (1,),
    "floor": (1,),
}
"""The functions and how many arguments each may take."""
LOOKING_BACK = frozenset({"last", "streak", "had"})
"""Those that ask about earlier periods."""

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "and",
    ast.Or: "or",
}
_PERCENT = re.compile(r"""'[^']*'|"[^"]*"|(?P<number>\d+(\.\d+)?)\s*%(?!\s*[\w('"])""", re.ASCII)
_LOOKALIKES = {"“": '"', "”": '"', "‘": "'", "’": "'", "≥": ">=", "≤": "<=", "≠": "!="}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text or a truth written out."""

    value: Fraction | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """Something that the subject has: `total`, or the code of a component."""

    code: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Two or more operands joined by one operator; `not` and the sign take one."""

    operator: str
    operands: tuple["Expression", ...]


Expression = Literal | Name | Call | Operation


class ExpressionInvalid(ValueError):
    """The text is not a condition; the message names the part that is not understood."""


def parse_expression(text: str) -> Expression:
    """Return the expression that the text writes; full-width signs and curly quotes are read as plain ones.

    `60%` is 60 / 100.

    Raises:
        ExpressionInvalid
    """
    plain = unicodedata.normalize("NFKC", "".join(_LOOKALIKES.get(sign, sign) for sign in text)).strip()
    if not plain or len(plain) > LENGTH_MAX:
        raise ExpressionInvalid(text[:40])
    plain = _PERCENT.sub(_hundredths, plain)
    try:
        tree = ast.parse(_spelled(plain), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionInvalid(plain) from error
    return _read(tree.body, plain, depth=0)


def parts_of(expression: Expression) -> Iterator[Expression]:
    """Yield the expression and everything inside it."""
    yield expression
    match expression:
        case Call(arguments=inner) | Operation(operands=inner):
            for part in inner:
                yield from parts_of(part)
        case _:
            return


def _hundredths(found: re.Match[str]) -> str:
    """Return a percentage as a division; quoted texts stay as they are."""
    return f"({found['number']} / 100)" if found["number"] else found[0]


def _spelled(plain: str) -> str:
    """Spell the one name that Python keeps for itself so that its parser reads it."""
    return "".join("class_" if word == "class" else word for word in _words(plain))


def _words(plain: str) -> Iterator[str]:
    """Yield the words of the text and what stands between them; quoted texts whole."""
    start, quote = 0, ""
    for index, sign in enumerate(plain):
        if quote:
            if sign == quote:
                yield plain[start : index + 1]
                start, quote = index + 1, ""
        elif sign in "\"'":
            yield plain[start:index]
            start, quote = index, sign
        elif not (sign.isalnum() or sign == "_"):
            yield plain[start:index]
            yield sign
            start = index + 1
    yield plain[start:]


def _read(node: ast.expr, text: str, *, depth: int) -> Expression:  # noqa: C901, PLR0911  one case a node
    if depth > DEPTH_MAX:
        raise ExpressionInvalid(text)

    def inner(part: ast.expr) -> Expression:
        return _read(part, text, depth=depth + 1)

    match node:
        case ast.Constant(value=bool() as value):
            return Literal(value)
        case ast.Constant(value=str() as value):
            return Literal(value)
        case ast.Constant(value=int() | float()):
            return Literal(Fraction(ast.get_source_segment(_spelled(text), node) or "0"))
        case ast.Name(id=code):
            return Name("class" if code == "class_" else code)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Operation("not", (inner(operand),))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Operation("negate", (inner(operand),))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return Operation(_OPERATORS[type(operator)], (inner(left), inner(right)))
        case ast.BoolOp(op=operator, values=values):
            return Operation(_OPERATORS[type(operator)], tuple(inner(value) for value in values))
        case ast.Compare(left=left, ops=operators, comparators=others) if all(
            type(operator) in _OPERATORS for operator in operators
        ):
            terms = [inner(left), *(inner(other) for other in others)]
            pairs = [
                Operation(_OPERATORS[type(operator)], (terms[at], terms[at + 1]))
                for at, operator in enumerate(operators)
            ]
            return pairs[0] if len(pairs) == 1 else Operation("and", tuple(pairs))
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
            return Call(function, tuple(inner(argument) for argument in arguments))
        case _:
            raise ExpressionInvalid(ast.get_source_segment(_spelled(text), node) or text)
