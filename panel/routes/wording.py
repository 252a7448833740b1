"""A unit's own words: written, tried on a real member, kept in versions."""

import html
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from domain.errors import Conflict, Invalid, JifenError
from domain.wording import ALIASES, LENGTH_MAX, NAMES, Name, Slot, check_wording, filled_in
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page
from panel.queries import NUMBER_MAX, address, number_of
from panel.sessions import SignedIn, Surroundings, Visitor
from services.deps import Deps
from services.wording import WordingDesk, chosen_member, open_wording, save_wording
from templates.words import DEFAULT_LANGUAGE, LANGUAGES, month_title, render
from templates.words import NAMES as LANGUAGE_NAMES

router = APIRouter()

UnitId = Annotated[int, Form(ge=1, le=NUMBER_MAX)]
Text = Annotated[str, Form(max_length=4 * LENGTH_MAX)]


@router.get("/wording")
def show_wording(
    request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "", saved: str = ""
) -> Response:
    """Show the words of a unit, each place in each language."""
    return _page_of(request, deps, visitor, unit_id=number_of(unit), saved=saved)


@router.post("/wording")
def write(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    unit: UnitId,
    slot: Annotated[Slot, Form()],
    language: Annotated[str, Form(max_length=16)],
    version: Annotated[int, Form(ge=0, le=NUMBER_MAX)],
    text: Text = "",
    member: Annotated[str, Form(max_length=20)] = "",
    *,
    is_saved: Annotated[bool, Form()] = False,
) -> Response:
    """Try words on a member, or save them as the next version."""
    if language not in LANGUAGES:
        language = DEFAULT_LANGUAGE
    typed = {"slot": slot, "language": language, "text": text.replace("\r\n", "\n")}
    try:
        if is_saved:
            save_wording(
                deps,
                actor=visitor.actor,
                unit_id=unit,
                slot=slot,
                language=language,
                text=text,
                version=version,
            )
            place = f"{slot}-{language}"
            path = address("/wording", [("unit", unit), ("saved", place)])
            return RedirectResponse(f"{path}#{place}", status_code=303)
        check_wording(typed["text"].strip(), slot)
    except (Conflict, Invalid) as problem:
        return _page_of(request, deps, visitor, unit_id=unit, typed=typed, problem=problem)
    return _page_of(request, deps, visitor, unit_id=unit, typed=typed, member_id=number_of(member))


def _page_of(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    *,
    unit_id: int | None,
    saved: str = "",
    typed: dict[str, Any] | None = None,
    member_id: int | None = None,
    problem: JifenError | None = None,
) -> Response:
    desk = open_wording(deps, actor=visitor.actor, unit_id=unit_id, languages=LANGUAGES)
    member = chosen_member(desk, member_id)
    tried = ""
    if typed is not None and problem is None:
        values = _values(desk, member.name if member else "", typed["language"])
        tried = filled_in(typed["text"].strip(), values)
    facts = {
        "desk": desk,
        "places": [(slot, language) for slot in Slot for language in LANGUAGES],
        "built_in": {(slot, language): _built_in(slot, language) for slot in Slot for language in LANGUAGES},
        "allowed": {slot: _names(slot, visitor.language) for slot in Slot},
        "language_names": LANGUAGE_NAMES,
        "saved": saved,
        "typed": typed,
        "tried": tried,
        "member": member,
        "problem": {"code": problem.code, "facts": problem.facts()} if problem is not None else None,
    }
    status = status_of(problem) if problem is not None else 200
    shows = f"{typed['slot']}-{typed['language']}" if typed is not None else saved
    shows = shows if shows in {f"{slot}-{one}" for slot in Slot for one in LANGUAGES} else ""
    return page(request, "wording/edit.html", facts, visitor=visitor, status=status, shows=shows)


def _names(slot: Slot, language: str) -> list[str]:
    """Return the names a place has, as the visitor's language writes them."""
    if language == DEFAULT_LANGUAGE:
        return [name.value for name in NAMES[slot]]
    return [alias for alias, name in ALIASES.items() if name in NAMES[slot]]


def _built_in(slot: Slot, language: str) -> str:
    """Return the words that stand in a place where no unit wrote its own; empty where there are none."""
    month = Name.MONTH.value if language == DEFAULT_LANGUAGE else "month"
    return html.unescape(
        render("messages/wording/built_in.j2", language, {"slot": slot.value, "month": f"{{{month}}}"})
    )


def _values(desk: WordingDesk, member_name: str, language: str) -> dict[Name, str]:
    return {
        Name.MEMBER: member_name,
        Name.UNIT: desk.unit.name,
        Name.MONTH: month_title(desk.today, language),
        Name.ITEM: desk.item_name,
        Name.POINTS: desk.points,
    }
