"""Works out a rulebook's conditions for one subject in one period; what nobody knows holds nothing."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from domain.rulebooks.expressions import Call, Expression, Literal, Name, Operation

Value = Fraction | str | bool | None
"""What an expression comes to; None is what nobody knows: it compares as false and adds as 0."""


class Asked(Protocol):
    """The subject and period that a condition is about."""

    def named(self, name: str) -> Value:
        """Return a name's value, such as `total` or a component."""

    def told(self, function: str, about: str) -> Value:
        """Return what a function says about a code, such as `count` about an item."""

    def before(self) -> "Asked | None":
        """Return the same subject in the previous period of the same kind, None where there is none."""


def holds(condition: Expression, asked: Asked) -> bool:
    """Tell whether a condition is true."""
    return work_out(condition, asked) is True


def number(expression: Expression, asked: Asked) -> Fraction:
    """Return the number that an expression comes to, 0 where it comes to none."""
    return _as_number(work_out(expression, asked))


def work_out(expression: Expression, asked: Asked) -> Value:
    """Return what the expression comes to."""
    match expression:
        case Literal(value=value):
            return value
        case Name(code=code):
            return asked.named(code)
        case Call():
            return _call(expression, asked)
        case Operation():
            return _operate(expression, asked)


def _as_number(value: Value) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(int(value is True))


_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else Fraction(0),
}
_ORDER: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _operate(operation: Operation, asked: Asked) -> Value:
    operator, operands = operation.operator, operation.operands
    match operator:
        case "and":
            return all(work_out(operand, asked) is True for operand in operands)
        case "or":
            return any(work_out(operand, asked) is True for operand in operands)
        case "not":
            return work_out(operands[0], asked) is not True
        case "negate":
            return -_as_number(work_out(operands[0], asked))
        case _:
            return _of_two(operator, operands, asked)


def _of_two(operator: str, operands: tuple[Expression, ...], asked: Asked) -> Value:
    left, right = (work_out(operand, asked) for operand in operands)
    if operator in _ARITHMETIC:
        return _ARITHMETIC[operator](_as_number(left), _as_number(right))
    if operator in _ORDER:
        if left is None or right is None:
            return False
        return _ORDER[operator](_as_number(left), _as_number(right))
    return (left == right) if operator == "==" else (left != right)


def _call(call: Call, asked: Asked) -> Value:
    function, arguments = call.function, call.arguments
    match function:
        case "min" | "max":
            numbers = [_as_number(work_out(argument, asked)) for argument in arguments]
            return min(numbers) if function == "min" else max(numbers)
        case "abs":
            return abs(_as_number(work_out(arguments[0], asked)))
        case "floor":
            return Fraction(math.floor(_as_number(work_out(arguments[0], asked))))
        case "last":
            previous = asked.before()
            return None if previous is None else work_out(arguments[0], previous)
        case "streak":
            return _streak(arguments[0], asked)
        case _:
            about = work_out(arguments[0], asked) if arguments else ""
            return asked.told(function, str(about))


def _streak(condition: Expression, asked: Asked) -> Fraction:
    """Return for how many periods in a row, up to this one, the condition holds."""
    length, current = 0, asked
    while holds(condition, current):
        length += 1
        previous = current.before()
        if previous is None:
            break
        current = previous
    return Fraction(length)
