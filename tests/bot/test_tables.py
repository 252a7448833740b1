"""Every button has a handler, every handler a button, and nothing a button carries is too long."""

import ast
import re
from pathlib import Path

from bot import dispatch
from bot.callbacks import Act, Tap
from bot.screens.announcements import STEPS as ANNOUNCING
from bot.screens.counter import CounterStep
from bot.screens.reports import Step
from domain.rulebooks import parse_rulebook, read_source
from services.shelf import SHIPPED, Shelf
from templates.labels import COMMAND_LABELS
from templates.words import LANGUAGES, render

BOT = Path(dispatch.__file__).parent
LARGEST_ID = 2**53
LONGEST_ARGUMENT = len("review_return")


def acts_in_source(*folders: str) -> set[str]:
    """Return the names of the actions that the source of these files mentions."""
    found: set[str] = set()
    for folder in folders:
        for path in BOT.glob(folder):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "Act"
                ):
                    found.add(node.attr)
    return found


def test_every_action_has_exactly_one_handler() -> None:
    without_handler = {Act.NOTHING, Act.DISABLED}
    on_screen, anywhere = set(dispatch.SCREEN_TAPS), set(dispatch.ANYWHERE_TAPS)
    assert on_screen & anywhere == set()
    assert on_screen | anywhere | without_handler == set(Act)


def test_every_action_has_a_button() -> None:
    shown = acts_in_source("screens/*.py", "notices.py", "shop_notices.py", "handlers/members.py")
    assert shown == {act.name for act in Act}


def test_actions_differ() -> None:
    assert len({act.value for act in Act}) == len(list(Act))


def test_every_command_of_the_menu_is_handled() -> None:
    assert set(COMMAND_LABELS) == set(dispatch.COMMANDS)


def test_every_typed_step_is_a_step() -> None:
    steps = {value for name, value in vars(Step).items() if name.isupper()} | ANNOUNCING
    counter_steps = {value for name, value in vars(CounterStep).items() if name.isupper()}
    typed = set(dispatch.TYPED)
    assert {step for step in typed if step.startswith("counter_")} == counter_steps
    assert {step for step in typed if not step.startswith(("review_", "counter_"))} <= steps
    assert {step for step in typed if step.startswith("review_")} == {
        "review_objection",
        "review_points",
        "review_return",
        "review_reject",
    }


def test_buttons_of_every_shipped_rulebook_fit() -> None:
    paths = Shelf().paths()
    codes = set()
    for path in paths.values():
        book = parse_rulebook(
            read_source(path), file=path.name, parents=lambda code: read_source(paths[code])
        )
        codes |= set(book.items) | {category.code for category in book.categories}
    longest = max(codes, key=len)
    assert len(Tap(act=Act.ITEM, id=LARGEST_ID, arg=longest).pack().encode()) <= 64
    assert SHIPPED.is_dir()


def test_taps_travel_unchanged() -> None:
    for act in Act:
        tap = Tap(act=act, id=LARGEST_ID, arg="3.7.5")
        assert Tap.unpack(tap.pack()) == tap


def test_only_templates_speak_chinese() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    spoken = []
    for path in sorted(BOT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        spoken += [
            (path.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and chinese.search(node.value)
        ]
    assert spoken == []


def codes_in_source() -> set[str]:
    """Return the codes that handlers ask `errors.j2` for by name."""
    found: set[str] = set()
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or ast.unparse(node.args[0]) != "'errors.j2'":
                continue
            found |= {
                one.value.value
                for one in node.keywords
                if one.arg == "code"
                and isinstance(one.value, ast.Constant)
                and isinstance(one.value.value, str)
            }
    return found


def test_every_refusal_that_a_handler_names_has_its_own_words() -> None:
    named = codes_in_source() - {"unexpected"}
    assert named
    for language in LANGUAGES:
        lost = render("messages/errors.j2", language, {"code": "unexpected", "facts": {}})
        for code in named:
            assert render("messages/errors.j2", language, {"code": code, "facts": {}}) != lost, code
