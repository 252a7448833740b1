"""Every method's answer as aiogram reads it."""

import io

import aiogram
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from sandbox import people
from tests.sandbox.conftest import Stage, drawn_photo

BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="通过", callback_data="ok:1", style="success"),
            InlineKeyboardButton(text="打开", url="http://127.0.0.1:8000/x"),
        ]
    ]
)


async def test_texts_and_edits_are_understood(stage: Stage, aiogram_bot: aiogram.Bot) -> None:
    user = stage.world.add_user("王芳")
    me = await aiogram_bot.get_me()
    sent = await aiogram_bot.send_message(
        user.user_id,
        "😀 <b>积分</b> <a href='https://example.org/'>链接</a>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
        protect_content=True,
    )
    edited = await aiogram_bot.edit_message_text(
        "好的", chat_id=user.user_id, message_id=sent.message_id, reply_markup=BUTTONS
    )
    bare = await aiogram_bot.edit_message_reply_markup(chat_id=user.user_id, message_id=sent.message_id)
    replied = await aiogram_bot.send_message(
        user.user_id, "回复", reply_parameters=ReplyParameters(message_id=sent.message_id)
    )
    copied = await aiogram_bot.copy_message(user.user_id, user.user_id, sent.message_id)
    assert me.id == stage.world.bot_id
    assert sent.text == "😀 积分 链接"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities or []] == [
        ("bold", 3, 2),
        ("text_link", 6, 2),
    ]
    assert sent.reply_markup is not None
    assert sent.reply_markup.model_dump() == BUTTONS.model_dump()
    assert sent.date == stage.world.clock.now()
    assert isinstance(edited, aiogram.types.Message)
    assert isinstance(bare, aiogram.types.Message)
    assert (edited.text, edited.edit_date is not None, bare.reply_markup) == ("好的", True, None)
    assert replied.reply_to_message is not None
    assert replied.reply_to_message.message_id == sent.message_id
    assert copied.message_id == replied.message_id + 1
    assert sent.has_protected_content is True


async def test_photos_albums_and_documents_are_understood(stage: Stage, aiogram_bot: aiogram.Bot) -> None:
    user = stage.world.add_user("王芳")
    photo = BufferedInputFile(drawn_photo(), "a.jpg")
    sent = await aiogram_bot.send_photo(user.user_id, photo, caption="<i>佐证</i>", parse_mode="HTML")
    assert sent.photo is not None
    assert [(size.width, size.height) for size in sent.photo] == [
        (90, 68),
        (320, 240),
        (800, 600),
        (1600, 1200),
    ]
    again = await aiogram_bot.send_photo(user.user_id, sent.photo[0].file_id)
    assert again.photo == sent.photo
    album = await aiogram_bot.send_media_group(
        user.user_id,
        [InputMediaPhoto(media=photo, caption="两张"), InputMediaPhoto(media=sent.photo[-1].file_id)],
    )
    assert [message.caption for message in album] == ["两张", None]
    assert len({message.media_group_id for message in album}) == 1
    captioned = await aiogram_bot.edit_message_caption(
        chat_id=user.user_id, message_id=sent.message_id, caption="新"
    )
    media = await aiogram_bot.edit_message_media(
        InputMediaPhoto(media=photo, caption="换"), chat_id=user.user_id, message_id=sent.message_id
    )
    assert isinstance(captioned, aiogram.types.Message)
    assert isinstance(media, aiogram.types.Message)
    assert (captioned.caption, media.caption) == ("新", "换")
    document = await aiogram_bot.send_document(
        user.user_id, BufferedInputFile("甲,乙".encode(), '名单 "1".csv')
    )
    assert document.document is not None
    assert (document.document.file_name, document.document.mime_type) == ('名单 "1".csv', "text/csv")
    place = await aiogram_bot.get_file(document.document.file_id)
    downloaded = io.BytesIO()
    assert place.file_path is not None
    await aiogram_bot.download_file(place.file_path, downloaded)
    assert downloaded.getvalue() == "甲,乙".encode()


async def test_a_thumbnail_can_be_downloaded(stage: Stage, aiogram_bot: aiogram.Bot) -> None:
    user = stage.world.add_user("王芳")
    sent = await aiogram_bot.send_photo(user.user_id, BufferedInputFile(drawn_photo(), "a.jpg"))
    assert sent.photo is not None
    small = await aiogram_bot.download(sent.photo[0])
    whole = await aiogram_bot.download(sent.photo[-1])
    assert small is not None
    assert whole is not None
    assert whole.read() == drawn_photo()
    assert small.read(3) == b"\xff\xd8\xff"


async def test_chats_members_commands_and_signs_are_understood(
    stage: Stage, aiogram_bot: aiogram.Bot
) -> None:
    user = stage.world.add_user("王芳")
    group = stage.world.add_group("第一支部", [user.user_id])
    stranger = stage.world.add_user("路人")
    sent = await aiogram_bot.send_message(group.chat_id, "公示")
    assert await aiogram_bot.pin_chat_message(group.chat_id, sent.message_id)
    chat = await aiogram_bot.get_chat(group.chat_id)
    assert (chat.title, chat.type, chat.pinned_message.message_id if chat.pinned_message else 0) == (
        "第一支部",
        "supergroup",
        sent.message_id,
    )
    assert (await aiogram_bot.get_chat(user.user_id)).first_name == "王芳"
    statuses = [
        (await aiogram_bot.get_chat_member(group.chat_id, person)).status
        for person in (user.user_id, stranger.user_id, stage.world.bot_id)
    ]
    assert statuses == ["member", "left", "member"]
    assert await aiogram_bot.set_my_commands([BotCommand(command="start", description="开始")])
    assert [command.command for command in await aiogram_bot.get_my_commands()] == ["start"]
    assert await aiogram_bot.send_chat_action(user.user_id, "typing")
    assert await aiogram_bot.set_message_reaction(group.chat_id, sent.message_id)
    assert await aiogram_bot.get_chat_member_count(group.chat_id) == 2
    assert await aiogram_bot.unpin_chat_message(group.chat_id)
    assert await aiogram_bot.delete_message(group.chat_id, sent.message_id)
    assert await aiogram_bot.delete_messages(group.chat_id, [sent.message_id])


async def test_reply_keyboards_come_and_go(stage: Stage, aiogram_bot: aiogram.Bot) -> None:
    user = stage.world.add_user("王芳")
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="申报"), KeyboardButton(text="我的积分")]])
    await aiogram_bot.send_message(user.user_id, "菜单", reply_markup=keyboard)
    shown = await stage.chat(user.user_id)
    await aiogram_bot.send_message(user.user_id, "收起", reply_markup=ReplyKeyboardRemove())
    hidden = await stage.chat(user.user_id)
    assert shown["reply_keyboard"]["rows"] == [["申报", "我的积分"]]
    assert hidden["reply_keyboard"] is None


async def test_updates_of_every_kind_are_understood(stage: Stage, aiogram_bot: aiogram.Bot) -> None:
    world = stage.world
    user = world.add_user("王芳")
    chat = world.book.chats[user.user_id]
    sent = await aiogram_bot.send_message(user.user_id, "选", reply_markup=BUTTONS)
    people.say(world, user, chat, "/start abc")
    people.send_photos(world, user, chat, [people.PickedFile("a.jpg", drawn_photo())] * 2, "两张")
    people.send_documents(world, user, chat, [people.PickedFile("a.pdf", b"%PDF")])
    for kind in people.ODD_KINDS:
        people.send_odd(world, user, chat, kind)
    people.tap(world, user, chat, sent.message_id, text="通过")
    people.block(world, user)
    updates = await aiogram_bot.get_updates(timeout=1)
    kinds = [
        update.event_type if update.message is None else update.message.content_type for update in updates
    ]
    assert kinds == [
        "text",
        "photo",
        "photo",
        "document",
        "sticker",
        "voice",
        "location",
        "callback_query",
        "my_chat_member",
    ]
    callback = updates[7].callback_query
    assert callback is not None
    assert await aiogram_bot.answer_callback_query(callback.id, text="已通过", show_alert=True)
    assert (await stage.chat(user.user_id))["alerts"] == [
        {"text": "已通过", "show_alert": True, "seq": world.book.seq}
    ]


async def test_webhook_settings_are_understood(stage: Stage, aiogram_bot: aiogram.Bot) -> None:
    before = await aiogram_bot.get_webhook_info()
    assert await aiogram_bot.set_webhook(
        "http://127.0.0.1:9/hook", secret_token="s-1", max_connections=4, allowed_updates=["message"]
    )
    after = await aiogram_bot.get_webhook_info()
    assert await aiogram_bot.delete_webhook(drop_pending_updates=True)
    assert (before.url, after.url, after.max_connections, after.allowed_updates) == (
        "",
        "http://127.0.0.1:9/hook",
        4,
        ["message"],
    )
