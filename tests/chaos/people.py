"""Annotators and a prober, at work over HTTP while processes are killed."""

import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

PROBE_SECONDS = 0.1


@dataclass
class Person(threading.Thread):
    """Somebody who claims and answers, and sends again what was not acknowledged, as the page does."""

    url: str
    token: str
    project: int
    number: int
    stop: threading.Event
    think: float = 0.3  # seconds before an answer
    acknowledged: dict[int, int] = field(default_factory=dict)  # sample -> class
    refused: list[str] = field(default_factory=list)  # and what broke: 503 alone means to try again

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name=f"person{self.number}")

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Label until told to stop."""
        while not self.stop.is_set():
            claim = self._insist("claim/", {"count": 3})
            for item in (claim or {}).get("queue", []):
                if self.stop.is_set():
                    return
                self._answer(item)
                self.stop.wait(self.think)
            if claim is not None and not claim["queue"]:
                self.stop.wait(1.0)

    def _answer(self, item: dict[str, Any]) -> None:
        sample, code = item["sample"], item["sample"] % 3 + 1
        said = {"sample": sample, "label": code, "seconds": 1.0, "provenance": "simulated", "base": item["base"]}
        if self._insist("annotations/", said) is not None:
            self.acknowledged[sample] = code

    def _insist(self, path: str, said: dict[str, Any]) -> Any:
        """Send until there is an answer; None when the server said no, or it is time to go home."""
        while not self.stop.is_set():
            try:
                return send(f"{self.url}/api/projects/{self.project}/{path}", self.token, said)
            except urllib.error.HTTPError as error:
                if error.code <= 500:
                    self.refused.append(f"{error.code} {path} {error.read()[:200]!r}")
                if error.code < 500:
                    return None
            except (OSError, ValueError, urllib.error.URLError):
                pass
            self.stop.wait(0.2)
        return None


def send(url: str, token: str, said: dict[str, Any]) -> Any:
    """Post something and return the answer."""
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(said).encode(), headers), timeout=10) as answer:
        return json.loads(answer.read())


class Prober(threading.Thread):
    """Somebody who looks all the time whether the site answers."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url, self.stop = f"{url}/healthz/", stop
        self.looks: list[tuple[float, bool]] = []

    def run(self) -> None:
        """Look until told to stop."""
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                with urllib.request.urlopen(self.url, timeout=2) as answer:
                    well = answer.status == 200
            except OSError:
                well = False
            self.looks.append((began, well))
            self.stop.wait(PROBE_SECONDS)

    def well_since(self, moment: float) -> bool:
        """Return whether it has answered after a moment, and still does."""
        return self.looks[-1][1] and self.looks[-1][0] > moment

    def away(self, since: float, until: float) -> float:
        """Return the seconds from a moment to the last look in vain before another."""
        return max((at - since for at, well in self.looks if since <= at < until and not well), default=0.0)
