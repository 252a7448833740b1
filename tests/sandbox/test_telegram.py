"""Every method's answer as python-telegram-bot reads it, a second opinion."""

import telegram
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from sandbox import people
from tests.sandbox.conftest import Stage, drawn_photo

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("通过", callback_data="ok:1")]])


async def test_messages_are_understood(stage: Stage, ptb_bot: telegram.Bot) -> None:
    user = stage.world.add_user("王芳", username="wangfang")
    sent = await ptb_bot.send_message(user.user_id, "<b>😀</b>好", parse_mode="HTML", reply_markup=BUTTONS)
    edited = await ptb_bot.edit_message_text("好的", user.user_id, sent.message_id, reply_markup=BUTTONS)
    bare = await ptb_bot.edit_message_reply_markup(user.user_id, sent.message_id)
    replied = await ptb_bot.send_message(
        user.user_id,
        "回复",
        reply_parameters=ReplyParameters(sent.message_id),
        reply_markup=ReplyKeyboardMarkup([["申报"]]),
    )
    copied = await ptb_bot.copy_message(user.user_id, user.user_id, sent.message_id)
    assert sent.entities == (MessageEntity(MessageEntity.BOLD, 0, 2),)
    assert sent.reply_markup == BUTTONS
    assert sent.date == stage.world.clock.now()
    assert sent.chat.username == "wangfang"
    assert isinstance(edited, telegram.Message)
    assert isinstance(bare, telegram.Message)
    assert (edited.text, bare.reply_markup) == ("好的", None)
    assert replied.reply_to_message is not None
    assert replied.reply_to_message.message_id == sent.message_id
    assert copied.message_id == replied.message_id + 1
    assert await ptb_bot.delete_message(user.user_id, sent.message_id)
    assert await ptb_bot.delete_messages(user.user_id, [replied.message_id])
    shown = {row["message_id"]: row["deleted"] for row in (await stage.chat(user.user_id))["messages"]}
    assert shown == {sent.message_id: True, replied.message_id: True, copied.message_id: False}


async def test_media_is_understood(stage: Stage, ptb_bot: telegram.Bot) -> None:
    user = stage.world.add_user("王芳")
    sent = await ptb_bot.send_photo(user.user_id, drawn_photo(), caption="佐证")
    assert [size.width for size in sent.photo] == [90, 320, 800, 1600]
    album = await ptb_bot.send_media_group(
        user.user_id, [InputMediaPhoto(drawn_photo(400, 300)), InputMediaPhoto(sent.photo[-1].file_id)]
    )
    files = await ptb_bot.send_media_group(
        user.user_id, [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b", filename="b.txt")]
    )
    document = await ptb_bot.send_document(user.user_id, "甲".encode(), filename="甲.csv")
    place = await ptb_bot.get_file(sent.photo[-1].file_id)
    captioned = await ptb_bot.edit_message_caption(user.user_id, sent.message_id, caption="新")
    changed = await ptb_bot.edit_message_media(
        InputMediaPhoto(drawn_photo(50, 50)), user.user_id, sent.message_id
    )
    assert [len(message.photo) for message in album] == [3, 4]
    assert [message.document.file_name for message in files if message.document] == ["a.txt", "b.txt"]
    assert document.document is not None
    assert document.document.file_name == "甲.csv"
    assert bytes(await place.download_as_bytearray()) == drawn_photo()
    assert isinstance(captioned, telegram.Message)
    assert isinstance(changed, telegram.Message)
    assert (captioned.caption, changed.caption, changed.photo[0].width) == ("新", None, 50)


async def test_chats_and_settings_are_understood(stage: Stage, ptb_bot: telegram.Bot) -> None:
    user = stage.world.add_user("王芳")
    group = stage.world.add_group("第一支部", [user.user_id])
    sent = await ptb_bot.send_message(group.chat_id, "公示")
    assert await ptb_bot.pin_chat_message(group.chat_id, sent.message_id)
    chat = await ptb_bot.get_chat(group.chat_id)
    assert (chat.title, chat.type, chat.pinned_message and chat.pinned_message.message_id) == (
        "第一支部",
        "supergroup",
        sent.message_id,
    )
    assert (await ptb_bot.get_chat(user.user_id)).first_name == "王芳"
    assert (await ptb_bot.get_chat_member(group.chat_id, user.user_id)).status == "member"
    assert (await ptb_bot.get_chat_member(group.chat_id, stage.world.bot_id)).user.is_bot
    assert await ptb_bot.set_my_commands([BotCommand("start", "开始")], language_code="zh")
    assert await ptb_bot.get_my_commands(language_code="zh") == (BotCommand("start", "开始"),)
    assert await ptb_bot.delete_my_commands(language_code="zh")
    assert await ptb_bot.get_my_commands(language_code="zh") == ()
    assert await ptb_bot.send_chat_action(user.user_id, "upload_photo")
    assert await ptb_bot.set_webhook("http://127.0.0.1:9/hook", secret_token="abc")
    assert (await ptb_bot.get_webhook_info()).url == "http://127.0.0.1:9/hook"
    assert await ptb_bot.delete_webhook()
    assert (await ptb_bot.get_webhook_info()).url == ""


async def test_updates_of_every_kind_are_understood(stage: Stage, ptb_bot: telegram.Bot) -> None:
    world = stage.world
    user = world.add_user("王芳")
    chat = world.book.chats[user.user_id]
    group = world.add_group("第一支部", [user.user_id])
    sent = await ptb_bot.send_message(user.user_id, "选", reply_markup=BUTTONS)
    people.say(world, user, chat, "/start abc")
    people.say(world, user, group, "大家好")
    people.send_photos(world, user, chat, [people.PickedFile("a.jpg", drawn_photo())] * 2, "两张")
    for kind in people.ODD_KINDS:
        people.send_odd(world, user, chat, kind)
    people.tap(world, user, chat, sent.message_id, text="通过")
    people.block(world, user)
    people.unblock(world, user)
    updates = await ptb_bot.get_updates(timeout=1)
    assert [update.update_id for update in updates] == list(
        range(updates[0].update_id, updates[0].update_id + 11)
    )
    members = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [member.new_chat_member.status for member in members] == ["member", "kicked", "member"]
    messages = [update.message for update in updates if update.message]
    assert messages[0].parse_entities() == {MessageEntity(MessageEntity.BOT_COMMAND, 0, 6): "/start"}
    assert messages[1].chat.id == group.chat_id
    assert [message.caption for message in messages[2:4]] == ["两张", None]
    assert messages[2].media_group_id == messages[3].media_group_id
    assert [bool(message.sticker or message.voice or message.location) for message in messages[4:]] == [
        True
    ] * 3
    query = next(update.callback_query for update in updates if update.callback_query)
    assert query is not None
    assert isinstance(query.message, telegram.Message)
    assert (query.data, query.message.message_id) == ("ok:1", sent.message_id)
    assert await query.answer("好")
