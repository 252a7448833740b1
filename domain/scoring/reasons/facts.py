"""Finds what a condition asked about and what that came to, in earlier periods too."""

from collections.abc import Iterator

from domain.rulebooks.expressions import Call, Expression, Literal, Name, Operation
from domain.scoring.conditions import holds, work_out
from domain.scoring.drafts import Question
from domain.scoring.reasons.kinds import Condition, Fact, Look

_ARITHMETIC = frozenset({"min", "max", "abs", "floor"})


def condition_of(expression: Expression, question: Question) -> Condition:
    """Return a condition with what it asked about."""
    return Condition(expression, _facts(expression, question))


def _facts(expression: Expression, question: Question, *, goes_back: bool = True) -> tuple[Fact, ...]:
    found = {fact.asked: fact for fact in _each(expression, question, goes_back=goes_back)}
    return tuple(found.values())


def _each(expression: Expression, question: Question, *, goes_back: bool) -> Iterator[Fact]:
    match expression:
        case Literal():
            return
        case Name():
            yield Fact(expression, work_out(expression, question))
        case Operation(operands=inner):
            for part in inner:
                yield from _each(part, question, goes_back=goes_back)
        case Call(function=function, arguments=inner) if function in _ARITHMETIC:
            for part in inner:
                yield from _each(part, question, goes_back=goes_back)
        case Call():
            earlier = _looks(expression, question) if goes_back else ()
            yield Fact(expression, work_out(expression, question), earlier)


def _looks(call: Call, question: Question) -> tuple[Look, ...]:
    """Return the periods that a call looks at; what it asks there looks no further back."""
    match call.function:
        case "last":
            previous = question.before()
            return () if previous is None else (_look(call.arguments[0], previous),)
        case "streak":
            return _streak(call.arguments[0], question)
        case "had":
            return _had(str(work_out(call.arguments[0], question)), question)
        case _:
            return ()


def _look(expression: Expression, question: Question) -> Look:
    return Look(question.period, _facts(expression, question, goes_back=False))


def _streak(condition: Expression, question: Question) -> tuple[Look, ...]:
    """Return every period of the streak; where there is none, the one at hand, which shows why."""
    found: list[Look] = []
    current: Question | None = question
    while current is not None and holds(condition, current):
        found.append(_look(condition, current))
        current = current.before()
    return tuple(reversed(found)) or (_look(condition, question),)


def _had(code: str, question: Question) -> tuple[Look, ...]:
    """Return the previous period with what the consequence asked about there."""
    previous = question.before()
    consequence = next((one for one in question.rulebook.consequences if one.code == code), None)
    if previous is None or consequence is None:
        return ()
    if consequence.when is None:
        return (Look(previous.period, ()),)
    look = _look(consequence.when, previous)
    return (Look(look.period, tuple(fact for fact in look.facts if isinstance(fact.asked, Name))),)
