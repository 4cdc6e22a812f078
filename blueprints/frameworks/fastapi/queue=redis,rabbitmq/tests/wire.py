"""A way to a server that can be cut, and opened again."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit


class Wire:
    """Passes on what it is sent, in both directions."""

    def __init__(self, url: str) -> None:
        self._known = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """As that of the server, by way of this."""
        user, at, _ = self._known.netloc.rpartition("@")
        return self._known._replace(netloc=f"{user}{at}127.0.0.1:{self._port}").geturl()

    async def open(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End all connections, and take no more."""
        server, self._server = self._server, None
        assert server is not None
        server.close()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await server.wait_closed()
        self._writers.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = self._server
        host, port = self._known.hostname, self._known.port
        there, answers = await asyncio.open_connection(host, port)
        if self._server is not server:
            # Cut meanwhile.
            writer.close()
            answers.close()
            return
        self._writers |= {writer, answers}
        for ends in ((reader, answers), (there, writer)):
            task = asyncio.create_task(self._pass(*ends))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
