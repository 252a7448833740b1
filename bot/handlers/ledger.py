"""One's own points: the sheet of a period, and the story of a line."""

from bot.callbacks import Act, Tap, page_of
from bot.conversation import Conversation
from bot.screens.mine import points_screen, story_screen, why_screen
from bot.screens.reports import Step
from domain.periods import Period, parse_period
from services import ledger
from services.scoring import explain


async def show_my_points(conv: Conversation, period: Period | None = None, page: int = 0) -> None:
    """我的积分."""
    mine = await conv.run(ledger.my_points, actor=conv.actor, period=period, page=page)
    await conv.show(points_screen(mine, conv.language), Step.DETAIL)


async def tap_points(conv: Conversation, tap: Tap) -> None:
    """Another period, or another page of its lines."""
    await show_my_points(conv, parse_period(tap.arg), page_of(str(tap.id)))


async def tap_entry(conv: Conversation, tap: Tap) -> None:
    """The story of one line."""
    story = await conv.run(ledger.explain_entry, actor=conv.actor, entry_id=tap.id)
    await conv.show(story_screen(story, conv.language, back_to=tap.arg), Step.DETAIL)


async def tap_why(conv: Conversation, tap: Tap) -> None:
    """How the total of a period came about."""
    told = await conv.run(explain, actor=conv.actor, period=tap.arg)
    await conv.show(why_screen(told, conv.language), Step.DETAIL)


ANYWHERE_TAPS = {Act.ENTRY_NOTICE: tap_entry, Act.WHY_NOTICE: tap_why}
SCREEN_TAPS = {Act.POINTS: tap_points, Act.ENTRY: tap_entry, Act.WHY: tap_why}
