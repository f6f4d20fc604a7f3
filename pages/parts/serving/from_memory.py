"""Answers a browser's first requests from memory, compressed: a screen begins with sixty scripts, together 3 MB, which Streamlit reads and sends as they are.

A tablet on a plant's wireless network waits for the bytes, and twenty of them at the change of shift for a server that handles each file again.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

SQUEEZED = (b"text/", b"application/javascript", b"application/json", b"image/svg")
"""Kinds of content that become shorter; fonts and pictures are compressed already."""
_OWN = (b"range", b"if-none-match", b"if-modified-since", b"if-range")
"""Headers that ask for something else than the whole file."""

Send = Callable[[dict], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    whole: bool

    @property
    def lasting(self) -> bool:
        """Whether the server itself says that this address never gives anything else, and all of it is here: a browser that leaves cuts it off."""
        return (
            self.status == 200
            and self.whole
            and any(name.lower() == b"cache-control" and b"immutable" in value for name, value in self.headers)
        )

    async def to(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class FromMemory:
    """ASGI middleware. What is behind it is asked once for each file that never changes, which is then kept gzipped: some 4 MB in all."""

    def __init__(self, app: Callable) -> None:
        self._app, self._held = app, {}

    async def __call__(self, scope: dict, receive: Callable, send: Send) -> None:
        """Answer from memory, or hand over."""
        if not _plain(scope):
            await self._app(scope, receive, send)
            return
        held = self._held.get(scope["path"])
        if held is None:
            found = await self._heard(scope, receive)
            if not found.lasting:
                await found.to(send)
                return
            held = self._held[scope["path"]] = await _squeezed(found)
        await held.to(send)

    async def _heard(self, scope: dict, receive: Callable) -> _Answer:
        """The whole answer of what is behind."""
        begun, parts = {}, []

        async def hear(message: dict) -> None:
            if message["type"] == "http.response.start":
                begun.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message)

        await self._app(scope, receive, hear)
        whole = bool(parts) and not parts[-1].get("more_body", False)
        return _Answer(begun["status"], list(begun["headers"]), b"".join(part.get("body", b"") for part in parts), whole)


def _plain(scope: dict) -> bool:
    """Whether the whole of a static file is asked for, by a browser that takes it compressed."""
    if scope["type"] != "http" or scope["method"] != "GET" or "/static/" not in scope["path"]:
        return False
    given = dict(scope["headers"])
    return b"gzip" in given.get(b"accept-encoding", b"") and not any(name in given for name in _OWN)


async def _squeezed(answer: _Answer) -> _Answer:
    kind = next((value for name, value in answer.headers if name.lower() == b"content-type"), b"")
    coded = any(name.lower() == b"content-encoding" for name, _ in answer.headers)
    if coded or not kind.startswith(SQUEEZED):
        return answer
    body = await asyncio.to_thread(gzip.compress, answer.body, 9, mtime=0)
    kept = [(name, value) for name, value in answer.headers if name.lower() not in (b"content-length", b"vary", b"accept-ranges")]
    added = [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding"), (b"content-length", b"%d" % len(body))]
    return _Answer(answer.status, kept + added, body, answer.whole)
