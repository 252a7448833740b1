"""What people do again and again, in a few words."""

from tests.journeys.phone import Message, Phone, a_jpeg


async def choose_item(phone: Phone, item: str = "社区清扫", category: str = "服务") -> None:
    """Begin a report and choose its item."""
    await phone.say("申报")
    await phone.tap(category)
    await phone.tap(item)


async def to_evidence(phone: Phone, item: str = "社区清扫", category: str = "服务") -> None:
    """Begin a report of today, up to the photos."""
    await choose_item(phone, item, category)
    await phone.tap("今天")
    await phone.read("请发 1 到 10 张")


async def to_preview(phone: Phone, *, photos: int = 1, colour: int = 1) -> Message:
    """Report one cleaning of today, up to the preview."""
    await to_evidence(phone)
    await phone.send_photos(*(a_jpeg(colour + n) for n in range(photos)))
    await phone.read(f"已收到 {photos} 份")
    await phone.tap("下一步")
    await phone.tap("跳过")
    return await phone.read("现在可得")


async def submit_cleaning(phone: Phone, *, photos: int = 1, colour: int = 1) -> int:
    """Report one cleaning of today and submit it; return the report's number."""
    await to_preview(phone, photos=photos, colour=colour)
    already = phone.count("已提交，编号")
    await phone.tap("提交")
    await phone.until(lambda: phone.count("已提交，编号") > already or None, "the confirmation")
    newest = next(text for text in reversed(phone.from_bot) if "已提交，编号" in text)
    return int(newest.split("已提交，编号 ")[1].split()[0])
