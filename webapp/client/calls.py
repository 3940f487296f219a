"""Calls: one person's way to one server, over HTTP with a token; what is away for a moment is asked again."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from webapp.client.errors import Conflict, Missing, Refused, Unanswered

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before a call is made again
AWAY = (429, 502, 503, 504)
_SECONDS = 60.0
_PAGE = 1000


class Calls:
    """One person's way to one server."""

    KINDS: ClassVar[dict[int, type[Refused]]] = {404: Missing, 409: Conflict, **dict.fromkeys(AWAY, Unanswered)}

    def __init__(self, url: str, token: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Point to a server, by http or https alone.

        Raises:
            Refused: it is no such address.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise Refused(f"{url} is no web address; give one such as http://127.0.0.1:8000.")
        self.url, self.token, self.sleep = url.rstrip("/"), token, sleep

    def __repr__(self) -> str:
        """Return where it points to; never the token."""
        return f"{type(self).__name__}({self.url!r})"

    def get(self, path: str, **query: Any) -> Any:
        """Return what is at a path below /api/."""
        return json.loads(self.read(f"api/{path}", **query) or b"null")

    def post(self, path: str, **body: Any) -> Any:
        """Send something to a path below /api/ and return the answer."""
        sent = self._send("POST", f"api/{path}", json.dumps(body).encode())
        return json.loads(sent or b"null")

    def read(self, path: str, **query: Any) -> bytes:
        """Return the bytes at any path of the server, such as a picture's."""
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        return self._send("GET", f"{path}?{asked}" if asked else path)

    def rows(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield all rows of a list below /api/, page by page; rows that come meanwhile shift nothing."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, **query, page_size=_PAGE, cursor=cursor)
            yield from page["results"]
            cursor = _cursor_of(page["next"])

    def _send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Make a call, again where the server is away; what was sent is kept once, however often it arrives."""
        for wait in WAITS:
            try:
                return self._try(method, path, body)
            except Unanswered:
                self.sleep(wait)
        return self._try(method, path, body)

    def _try(self, method: str, path: str, body: bytes | None) -> bytes:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        address = f"{self.url}/{quote(path.lstrip('/'), safe='/?&=%+:,-_.~')}"
        request = urllib.request.Request(address, body, headers, method=method)  # noqa: S310 (checked)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 (the scheme was checked)
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise self._refusal(f"{method} {path.partition('?')[0]}", error.code, error.read()) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise Unanswered(f"{self.url} does not answer: {error}. Is the server running (make run)?") from error

    def _refusal(self, call: str, status: int, body: bytes) -> Refused:
        text = body.decode(errors="replace")
        try:
            told = json.loads(text)["error"]
        except (ValueError, TypeError, KeyError):
            told = {}
        refusal = self.KINDS.get(status, Refused)(f"{call}: {status} {told.get('message') or text[:300]}")
        refusal.status, refusal.code = status, told.get("code", "")
        return refusal


def _cursor_of(address: str | None) -> str | None:
    """Return the cursor of the next page's address."""
    if not address:
        return None
    return parse_qs(urlsplit(address).query)["cursor"][0]
