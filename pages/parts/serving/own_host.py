"""Tells each browser to fetch nothing from another host: what somebody wrote into a note, a name or a table can then make no browser ask elsewhere,
whatever of it was overlooked. Sign-in, which leaves the page, is not touched by it."""

import re
from collections.abc import Awaitable, Callable

_HOST = re.compile(rb"[A-Za-z0-9.:\[\]_-]{1,255}")
_RULES = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob:{sockets}; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)


class OwnHost:
    """ASGI middleware: a Content-Security-Policy on every answer that has none."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable[[dict], Awaitable[None]]) -> None:
        """Hand over, and add the rules to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rules = _rules(dict(scope["headers"]).get(b"host", b""))

        async def told(message: dict) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                if not any(name.lower() == b"content-security-policy" for name, _ in headers):
                    message = message | {"headers": [*headers, (b"content-security-policy", rules)]}
            await send(message)

        await self._app(scope, receive, told)


def _rules(host: bytes) -> bytes:
    """With the socket of the host that was asked for, which older browsers do not count as the page's own."""
    known = host.decode() if _HOST.fullmatch(host) else ""
    return _RULES.format(sockets=f" ws://{known} wss://{known}" if known else "").encode()
