"""The head of a frozen list as a group sees it, and what its desk sees around it."""

from bot.callbacks import Act
from bot.screen import Row, Screen, button, labelled
from services.group_lists import GroupPost, PublishingDesk
from templates.labels import Label
from templates.words import DEFAULT_LANGUAGE, period_title, render


def group_post_screen(post: GroupPost, language: str = DEFAULT_LANGUAGE) -> Screen:
    """Show the head of a list; nobody further down is ever named."""
    return Screen(render("messages/standings/group.j2", language, {"post": post}))


def publishing_screen(desk: PublishingDesk, language: str) -> Screen:
    """Choose the frozen period whose list goes to the group."""
    rows = tuple(
        (button(period_title(period, language), Act.PUBLISH_PREVIEW, desk.unit.id, period.label),)
        for period in desk.periods
    )
    others = tuple(
        (button(unit.name, Act.PUBLISH, unit.id),) for unit in desk.units if unit.id != desk.unit.id
    )
    return Screen(render("messages/standings/publishing.j2", language, {"desk": desk}), (*rows, *others))


def post_preview_screen(post: GroupPost, language: str) -> Screen:
    """Show what the group will read, with the button that posts it, or that it was posted."""
    words = group_post_screen(post).text
    facts = {"post": post, "words": words}
    back: Row = (labelled(Label.BACK, language, Act.PUBLISH, post.unit.id),)
    text = render("messages/standings/posting.j2", language, facts)
    if not post.waiting:
        look: Row = (
            labelled(Label.PROGRESS, language, Act.PUBLISH_PREVIEW, post.unit.id, post.period.label),
        )
        return Screen(text, ((*look, *back),) if post.going else (back,))
    send: Row = (
        labelled(Label.POST, language, Act.PUBLISH_SEND, post.unit.id, post.period.label, style="primary"),
    )
    return Screen(text, (send, back))
