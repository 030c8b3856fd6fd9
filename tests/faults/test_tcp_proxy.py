"""The proxy does to connections what it says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.tcp_proxy import Address, TcpProxy, tcp_proxy

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
SOON = 0.1
QUICKLY = 5.0


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(line)
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[TcpProxy]:
    """A proxy before a server that says what it is told."""
    async with (
        await asyncio.start_server(_echo, "127.0.0.1") as server,
        tcp_proxy(Address(port=server.sockets[0].getsockname()[1])) as proxy,
    ):
        yield proxy


async def connect(proxy: TcpProxy) -> Streams:
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def say(streams: Streams, line: bytes) -> bytes:
    reader, writer = streams
    writer.write(line)
    async with asyncio.timeout(QUICKLY):
        return await reader.readline()


async def test_it_forwards(proxy: TcpProxy) -> None:
    streams = await connect(proxy)

    answers = [await say(streams, b"one\n"), await say(streams, b"two\n")]

    streams[1].close()
    assert answers == [b"one\n", b"two\n"]


async def test_it_cuts_one_connection_in_the_middle_of_a_reply(proxy: TcpProxy) -> None:
    streams, other = await connect(proxy), await connect(proxy)
    assert await say(other, b"here\n") == b"here\n"

    proxy.cut_after(6)
    assert await say(streams, b"one\n") == b"one\n"
    with pytest.raises(ConnectionResetError):
        await say(streams, b"two\n")

    assert proxy.cuts == 1
    assert await say(other, b"still here\n") == b"still here\n"
    other[1].close()


async def test_it_swallows_from_the_middle_of_a_reply_on(proxy: TcpProxy) -> None:
    reader, writer = await connect(proxy)
    proxy.swallow_after(6)

    writer.write(b"one\ntwo\n")
    async with asyncio.timeout(QUICKLY):
        came = await reader.readexactly(6)
    rest = asyncio.create_task(reader.readexactly(2))
    await asyncio.wait({rest}, timeout=SOON)
    came_too_early = rest.done()
    await proxy.forward()

    assert not came_too_early
    assert came + await rest == b"one\ntwo\n"
    writer.close()


async def test_what_it_swallows_comes_through_in_the_end(proxy: TcpProxy) -> None:
    streams = await connect(proxy)
    proxy.swallow()

    answer = asyncio.create_task(say(streams, b"one\n"))
    await asyncio.wait({answer}, timeout=SOON)
    came_too_early = answer.done()
    await proxy.forward()

    assert not came_too_early
    assert await answer == b"one\n"
    streams[1].close()


async def test_it_refuses_until_it_forwards_again(proxy: TcpProxy) -> None:
    streams = await connect(proxy)
    assert await say(streams, b"one\n") == b"one\n"

    proxy.refuse()
    with pytest.raises(ConnectionResetError):
        await say(streams, b"two\n")
    with pytest.raises(ConnectionRefusedError):
        await connect(proxy)
    await proxy.forward()

    again = await connect(proxy)
    assert await say(again, b"three\n") == b"three\n"
    again[1].close()
