"""A new product as a shopkeeper sends it: a photo and words that say what it is, in one message or two."""

import io
from datetime import datetime

from aiogram.methods import GetFile
from aiogram.types import Message

from bot.conversation import Conversation
from bot.fetcher import FETCH_SECONDS_MAX
from bot.handlers.counter.orders import type_code
from bot.screens.counter import CounterStep, goods_screen, kept_screen
from bot.screens.reports import Step
from bot.screens.shop import STEP
from domain.errors import JifenError
from domain.shop import Described, Product, ProductFacts, lacks_count, read_caption
from domain.shop.refusals import ProductRefused
from services import shop

AT_REST = (None, Step.DETAIL, STEP, CounterStep.LIST, CounterStep.PHOTO)
"""Steps at which words that read as goods can mean nothing else."""


async def _keeps_shop(conv: Conversation) -> bool:
    try:
        await conv.run(shop.list_kept_units, actor=conv.actor)
    except JifenError:
        return False
    return True


async def take_photo(conv: Conversation, message: Message) -> bool:
    """A photo came: of goods when its caption, or the words just before, say so; False when it is no goods.

    A caption that only forgets how many is meant as goods too: it is told so and becomes no report.
    """
    if not message.photo:
        return False
    if not message.caption and message.media_group_id is None:
        return await _take_photo_asked_for(conv, message)
    caption = message.caption or ""
    described = read_caption(caption)
    if (described is None and not lacks_count(caption)) or not await _keeps_shop(conv):
        return False
    if described is None:
        raise ProductRefused(what="caption")
    await _add(conv, message, described)
    return True


async def _take_photo_asked_for(conv: Conversation, message: Message) -> bool:
    data = conv.dialog.data
    if conv.step != CounterStep.PHOTO:
        return _is_shown(conv)
    described = read_caption(data["goods"])
    said_at = datetime.fromisoformat(data["said_at"])
    if described is None or conv.desk.deps.clock.now() - said_at > shop.TOGETHER:
        return False
    await _add(conv, message, described)
    return True


async def _add(conv: Conversation, message: Message, described: Described) -> None:
    assert message.photo, "only photos come here"
    largest = max(message.photo, key=lambda size: size.width * size.height)
    product = await conv.run(
        shop.add_product,
        actor=conv.actor,
        unit_id=None,
        facts=ProductFacts(described.name, described.price),
        count=described.count,
        cause_key=f"photo:{conv.desk.bot.id}:{conv.chat_id}:{message.message_id}",
        photo=await _fetched(conv, largest.file_id),
    )
    await _show_new(conv, product)


async def _fetched(conv: Conversation, file_id: str) -> bytes:
    file = await conv.desk.bot(GetFile(file_id=file_id))
    content = io.BytesIO()
    await conv.desk.bot.download_file(file.file_path or "", content, timeout=FETCH_SECONDS_MAX)
    return content.getvalue()


async def _show_new(conv: Conversation, product: Product) -> None:
    screen = kept_screen(product, conv.language, is_new=True)
    await conv.show(screen, STEP, product_id=product.id, update_id=conv.update_id)


def _is_shown(conv: Conversation) -> bool:
    """Tell whether this very update was handled to the end and comes again after a crash."""
    return conv.step == STEP and conv.dialog.data.get("update_id") == conv.update_id


async def take_words(conv: Conversation, text: str) -> bool:
    """Words came: a new product where they read as goods, with the photo just sent or the next; else False.

    A report that somebody is filling in is left alone: a photo is taken out of its draft only where it has
    begun the draft, alone and without a word, and nothing was chosen there since.
    """
    described = read_caption(text)
    is_at_rest = conv.step in AT_REST
    if described is not None and _is_shown(conv):
        return True
    if described is None or not (is_at_rest or conv.step == Step.CATEGORY) or not await _keeps_shop(conv):
        return False
    open_report_id = None if is_at_rest else int(conv.dialog.data["report_id"])
    loose = await conv.run(shop.find_loose_photo, actor=conv.actor, report_id=open_report_id)
    if loose is not None:
        product = await conv.run(
            shop.add_product_of_loose_photo,
            actor=conv.actor,
            loose=loose,
            facts=ProductFacts(described.name, described.price),
            count=described.count,
            photo=await _fetched(conv, loose.file_id),
        )
        await _show_new(conv, product)
    elif is_at_rest:
        now = conv.desk.deps.clock.now()
        screen = goods_screen(described, conv.language)
        await conv.show(screen, CounterStep.PHOTO, goods=text, said_at=now.isoformat())
    else:
        return False
    return True


TYPED = {CounterStep.PHOTO: type_code}
