"""Every call of the bot goes through the proxy, where one is set."""

import asyncio
import json

from bot.api import open_bot

TOKEN = "42:a-token-for-tests"
ME = {"id": 42, "is_bot": True, "first_name": "积分", "username": "jifen_bot"}


async def test_calls_go_through_the_proxy() -> None:
    requests: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        requests.append(head.decode().splitlines()[0])
        body = json.dumps({"ok": True, "result": ME}).encode()
        kind = "Content-Type: application/json"
        writer.write(f"HTTP/1.1 200 OK\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        bot = open_bot(TOKEN, "http://telegram.invalid", proxy=f"http://127.0.0.1:{port}", is_paced=False)
        me = await bot.get_me()
        await bot.session.close()
    assert me.username == "jifen_bot"
    assert requests == [f"POST http://telegram.invalid/bot{TOKEN}/getMe HTTP/1.1"]
