"""Writes a condition back as text, as its author would have typed it."""

from decimal import Context, Decimal
from fractions import Fraction

from domain.rulebooks.expressions import Call, Expression, Literal, Name, Operation

_STRENGTH = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "negate": 7}
"""How tightly an operator binds; comparisons lie between `not` and `+`."""
_COMPARES, _WHOLE = 4, 8
_EXACT = Context(prec=400)


def expression_text(expression: Expression) -> str:  # noqa: PLR0911  one case a shape
    """Return the text of an expression; `parse_expression` reads the same expression back.

    Brackets stand only where they are needed, and what was typed as `60%` is written `60 / 100`.
    """
    match expression:
        case Literal(value=bool() as value):
            return str(value)
        case Literal(value=Fraction() as value):
            return _number_text(value)
        case Literal(value=value):
            return f'"{value}"' if "'" in str(value) else f"'{value}'"
        case Name(code=code):
            return code
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(expression_text, arguments))})"
        case Operation(operator="not", operands=(operand,)):
            return f"not {_within(operand, _STRENGTH['not'])}"
        case Operation(operator="negate", operands=(operand,)):
            return f"-{_within(operand, _STRENGTH['negate'])}"
        case Operation(operator=operator, operands=operands):
            return _joined(operator, operands)


def _joined(operator: str, operands: tuple[Expression, ...]) -> str:
    """Return operands with their operator between them; only arithmetic reads on from the left by itself."""
    strength = _STRENGTH.get(operator, _COMPARES)
    is_arithmetic = operator in {"+", "-", "*", "/"}
    first = _within(operands[0], strength if is_arithmetic else strength + 1)
    return f" {operator} ".join([first, *(_within(one, strength + 1) for one in operands[1:])])


def _within(expression: Expression, strength: int) -> str:
    text = expression_text(expression)
    own = _STRENGTH.get(expression.operator, _COMPARES) if isinstance(expression, Operation) else _WHOLE
    return text if own >= strength else f"({text})"


def _number_text(number: Fraction) -> str:
    """Return a decimal in full; whoever typed a number typed a decimal."""
    return f"{_EXACT.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"
