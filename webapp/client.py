"""A client of the API, for programs that work as people do: with a token, over HTTP."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urlsplit


class Refused(Exception):
    """The server said no; the message is its own."""


class Client:
    """One person's way to one server."""

    def __init__(self, url: str, token: str) -> None:
        """Point to a server, by http or https alone.

        Raises:
            Refused: it is no such address.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise Refused(f"{url} is no web address; give one such as http://127.0.0.1:8000.")
        self.url, self.token = url.rstrip("/"), token

    def get(self, path: str, **query: Any) -> Any:
        """Return what is at a path below /api/."""
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **body: Any) -> Any:
        """Send something to a path below /api/ and return the answer."""
        return self._send("POST", path, json.dumps(body).encode())

    def _send(self, method: str, path: str, body: bytes | None = None) -> Any:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/{path}", body, headers, method=method)  # noqa: S310 (checked)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (the scheme was checked)
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Refused(f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:300]}") from error
        except (urllib.error.URLError, TimeoutError) as error:
            raise Refused(f"{self.url} does not answer: {error}. Is the server running (make run)?") from error
