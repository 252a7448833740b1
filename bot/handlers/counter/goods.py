"""A new product as a shopkeeper sends it: a photo, and the words that say what it is."""

import io

from aiogram.methods import GetFile
from aiogram.types import Message

from bot.conversation import Conversation
from bot.fetcher import FETCH_SECONDS_MAX
from bot.screens.counter import kept_screen
from bot.screens.shop import STEP
from domain.errors import JifenError
from domain.shop import ProductFacts, lacks_count, read_caption
from domain.shop.refusals import ProductRefused
from services import shop


async def is_product_photo(conv: Conversation, message: Message) -> bool:
    """Tell whether this photo is a new product: its caption says so, and the sender keeps a shop.

    A caption that only forgets how many is meant as one too: it is told so and becomes no report.
    """
    caption = message.caption or ""
    if not message.photo or (read_caption(caption) is None and not lacks_count(caption)):
        return False
    try:
        await conv.run(shop.list_kept_units, actor=conv.actor)
    except JifenError:
        return False
    return True


async def add_by_photo(conv: Conversation, message: Message) -> None:
    """A photo with `热水壶 300分 5件`: put it on the shelf."""
    described = read_caption(message.caption or "")
    if described is None or not message.photo:
        raise ProductRefused(what="caption")
    largest = max(message.photo, key=lambda size: size.width * size.height)
    file = await conv.desk.bot(GetFile(file_id=largest.file_id))
    content = io.BytesIO()
    await conv.desk.bot.download_file(file.file_path or "", content, timeout=FETCH_SECONDS_MAX)
    product = await conv.run(
        shop.add_product,
        actor=conv.actor,
        unit_id=None,
        facts=ProductFacts(described.name, described.price),
        count=described.count,
        cause_key=f"photo:{conv.desk.bot.id}:{conv.chat_id}:{message.message_id}",
        photo=content.getvalue(),
    )
    await conv.show(kept_screen(product, conv.language, is_new=True), STEP, product_id=product.id)
