"""What every browser loads first comes from memory, compressed, and is byte for byte what Streamlit would send."""

import asyncio
import gzip
from pathlib import Path

import pytest
import streamlit
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from pages.parts.serving.from_memory import FromMemory

STATIC = Path(streamlit.__file__).parent / "static"
SCRIPT = max((STATIC / "static/js").glob("index.*.js"), key=lambda file: file.stat().st_size).relative_to(STATIC)
FONT = next((STATIC / "static/media").glob("*.woff2")).relative_to(STATIC)
TAKES = {"accept-encoding": "gzip, deflate, br"}


class Counted:
    """Streamlit's own handler of its files, and how often it is asked."""

    def __init__(self):
        self.app, self.times = create_streamlit_static_handler(str(STATIC), ""), 0

    async def __call__(self, scope, receive, send):
        self.times += 1
        await self.app(scope, receive, send)


@pytest.fixture
def behind():
    return Counted()


def get(app, path, method="GET", **headers):
    """Status, headers and body of an answer."""
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": f"/{path}", "root_path": "", "query_string": b"", "headers": given}
    heard = []

    async def receive():
        await asyncio.Event().wait()  # a GET has no body, and this browser does not go away

    async def send(message):
        heard.append(message)

    asyncio.run(app(scope, receive, send))
    told = {name.decode().lower(): value.decode() for name, value in heard[0]["headers"]}
    return heard[0]["status"], told, b"".join(one.get("body", b"") for one in heard[1:])


def test_a_script_is_asked_for_once_and_sent_compressed_to_everybody(behind):
    app, whole = FromMemory(behind), (STATIC / SCRIPT).read_bytes()
    answers = [get(app, SCRIPT, **TAKES) for _ in range(3)]
    assert behind.times == 1 and answers[0] == answers[1] == answers[2]
    status, told, body = answers[0]
    assert status == 200 and gzip.decompress(body) == whole and len(body) < 0.4 * len(whole)
    assert (told["content-encoding"], told["vary"], told["content-length"]) == ("gzip", "accept-encoding", str(len(body)))
    assert "immutable" in told["cache-control"] and told["etag"] and "javascript" in told["content-type"]


def test_a_font_is_kept_as_it_is(behind):
    app = FromMemory(behind)
    for _ in range(2):
        status, told, body = get(app, FONT, **TAKES)
        assert status == 200 and "content-encoding" not in told and body == (STATIC / FONT).read_bytes()
    assert behind.times == 1


@pytest.mark.parametrize(
    "asked",
    [{}, {"accept_encoding": "br"}, TAKES | {"range": "bytes=0-99"}, TAKES | {"if_none_match": "*"}, TAKES | {"method": "HEAD"}],
    ids=["not compressed", "another coding", "a part", "if it has changed", "without its body"],
)
def test_whatever_else_is_asked_for_is_answered_by_streamlit_itself(behind, asked):
    app = FromMemory(behind)
    get(app, SCRIPT, **TAKES)
    assert get(app, SCRIPT, **asked) == get(create_streamlit_static_handler(str(STATIC), ""), SCRIPT, **asked)
    assert behind.times == 2


@pytest.mark.parametrize("path", ["static/js/none.js", "index.html", "", "static/../../secrets.toml"])
def test_what_may_change_or_is_not_there_is_never_kept(behind, path):
    app = FromMemory(behind)
    first, again = get(app, path, **TAKES), get(app, path, **TAKES)
    assert first == again and behind.times == 2


def test_a_script_that_was_cut_off_is_not_kept():
    """A browser that leaves in the middle of one must not leave half of it to all others."""
    headers = [(b"content-type", b"text/javascript"), (b"cache-control", b"public, immutable"), (b"content-length", b"6")]
    served = [b"abc", b"abcdef", b"never"]

    async def behind(scope, receive, send):
        body = served.pop(0)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": len(body) < 6})

    async def asked() -> list[bytes]:
        found, layer = [], FromMemory(behind)

        async def send(message):
            if message["type"] == "http.response.body":
                found.append(message["body"])

        for _ in range(3):
            scope = {"type": "http", "method": "GET", "path": "/static/js/a.js", "headers": [(b"accept-encoding", b"gzip")]}
            await layer(scope, None, send)
        return found

    first, second, third = asyncio.run(asked())
    assert first == b"abc" and gzip.decompress(second) == gzip.decompress(third) == b"abcdef"
