"""What stands on a page before its program is loaded: that Pullcord opens, in the reader's language, instead of a white sheet.

The programs of a page are 3 MB, and a server that has just started draws its first page while the first model is being made beside it.
"""

from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from pages.parts.words.language import ASKED, best_of, spoken, t

_PAGE = (Path(__file__).parent / "opening.html").read_text(encoding="utf-8")
_STAMPS = (b"content-length", b"etag", b"last-modified")


class Opening:
    """ASGI middleware: puts it into the one page that every address is answered with."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass on whatever is no whole HTML page as it is."""
        if scope["type"] != "http" or scope["method"] != "GET" or "/_stcore/" in scope["path"] or "/static/" in scope["path"]:
            await self._app(scope, receive, send)
            return
        begun, body = {}, b""

        async def hear(message: dict) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_page(message):
                begun.update(message)
            elif message["type"] == "http.response.body" and begun:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    page = _opened(body, _language(scope))
                    kept = [(name, value) for name, value in begun["headers"] if name.lower() not in _STAMPS]
                    await send(
                        {**begun, "headers": [*kept, (b"content-length", b"%d" % len(page)), (b"vary", b"accept-language")]}
                    )
                    await send({"type": "http.response.body", "body": page})
            else:
                await send(message)

        plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]  # it is put into text
        await self._app({**scope, "headers": plain}, receive, hear)


def _is_page(message: dict) -> bool:
    headers = {name.lower(): value for name, value in message["headers"]}
    return (
        message["status"] == 200
        and headers.get(b"content-type", b"").startswith(b"text/html")
        and b"content-encoding" not in headers
    )


def _opened(page: bytes, language: str) -> bytes:
    """The page with it. It is told in ``language`` until the page's own program knows better."""
    with spoken(language):
        told = _PAGE.replace("{opens}", escape(t("The screens are being opened …")))
        told = told.replace("{later}", escape(t("Just after a start this takes a little longer.")))
    before, end, after = page.rpartition(b"</body>")
    named = before.replace(b"<title>Streamlit</title>", b"<title>Pullcord</title>")
    return named + told.encode() + end + after if end else page


def _language(scope: dict) -> str:
    """The one that the address asks for, else the browser's."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(ASKED, [])
    accepts = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    return best_of([*asked, *(one.split(";")[0].strip() for one in accepts.split(","))])
