"""What is wrong with a rulebook file, where, and in words its author understands."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """Every kind of mistake that reading a rulebook can find; the value is stable."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    TAB = "tab"
    SYNTAX = "syntax"
    FULL_WIDTH = "full-width"
    NOTHING_WRITTEN = "nothing-written"
    ANCHOR = "anchor"
    TAG = "tag"
    SEVERAL_DOCUMENTS = "several-documents"
    DUPLICATE_KEY = "duplicate-key"
    UNKNOWN_KEY = "unknown-key"
    TWO_FORMS = "two-forms"
    MISSING_KEY = "missing-key"
    WRONG_SHAPE = "wrong-shape"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_DATE = "not-a-date"
    NOT_A_DAY_RULE = "not-a-day-rule"
    NOT_A_TIME = "not-a-time"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_CODE = "not-a-code"
    NOT_A_BAND = "not-a-band"
    NOT_A_SHARE = "not-a-share"
    NOT_A_CONDITION = "not-a-condition"
    CONDITION_CUT = "condition-cut"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_POSITIVE = "not-positive"
    RANGE_REVERSED = "range-reversed"
    DATES_REVERSED = "dates-reversed"
    CAP_SIGN = "cap-sign"
    FLOOR_SIGN = "floor-sign"
    CAP_ON_TOTAL = "cap-on-total"
    UNKNOWN_CATEGORY = "unknown-category"
    UNKNOWN_COMPONENT = "unknown-component"
    UNKNOWN_ITEM = "unknown-item"
    UNKNOWN_INSTRUMENT = "unknown-instrument"
    UNKNOWN_CONSEQUENCE = "unknown-consequence"
    UNKNOWN_REQUIREMENT = "unknown-requirement"
    UNKNOWN_GRADE = "unknown-grade"
    UNKNOWN_SOURCE = "unknown-source"
    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_FUNCTION = "unknown-function"
    WRONG_ARGUMENTS = "wrong-arguments"
    UNKNOWN_PERIOD = "unknown-period"
    UNWEIGHTED = "unweighted"
    SHARES_SUM = "shares-sum"
    CIRCLE = "circle"
    CHOOSE_ONE = "choose-one"
    NEEDS_LEVELS = "needs-levels"
    NEEDS_QUANTITY = "needs-quantity"
    NEEDS_UNITS = "needs-units"
    IDLE_KEY = "idle-key"
    UNUSED_COMPONENT = "unused-component"
    BANDS_OVERLAP = "bands-overlap"
    BANDS_GAP = "bands-gap"
    MEAN_NOT_SHORTER = "mean-not-shorter"
    BASE_NOT_GRANTED = "base-not-granted"
    EFFECT_WITHOUT_STARS = "effect-without-stars"
    UNKNOWN_PARENT = "unknown-parent"
    NOTHING_TO_REMOVE = "nothing-to-remove"
    PARENT_CIRCLE = "parent-circle"
    SHARE_MAY_BE_LOST = "share-may-be-lost"
    """A hint: the rulebook is sound."""
    UNUSUAL_ROLE = "unusual-role"
    """A hint: the rulebook is sound."""


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """One sentence in both languages; as a text it is both, Chinese first."""

    chinese: str
    english: str

    def told_in(self, language: str) -> str:
        """Return it in one language, `zh_Hans` or `en`."""
        return self.english if language == "en" else self.chinese

    def __str__(self) -> str:
        return f"{self.chinese} · {self.english}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake at one line."""

    file: str
    line: int
    code: ProblemCode
    sentence: Sentence

    def told_in(self, language: str) -> str:
        """Return place and sentence in one language: `my.yaml:3: …`."""
        return f"{self.file}:{self.line}: {self.sentence.told_in(language)}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class RulebookInvalid(Exception):
    """The text is not a rulebook; `problems` holds every reason at once, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
