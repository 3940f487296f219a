"""People who claim, look and answer over HTTP without pause, each on a connection that stays open."""

import http.client
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.crowd.sides import Side
from tests.benchmarks.labelling import CSRF

HELD = 5
LAND_SECONDS = 4.0  # between two rounds, as a worker's refits come
KINDS = ("claim", "submit", "prefetch")


@dataclass
class Load:
    """What some seconds of load cost."""

    people: int
    seconds: float
    took: dict[str, list[float]]  # milliseconds by kind
    refused: list[str]
    processor: dict[str, float]  # seconds that web server and database worked

    @property
    def requests(self) -> int:
        """Return how many claims and answers there were."""
        return len(self.took["claim"]) + len(self.took["submit"])


@dataclass
class Person(threading.Thread):
    """One of them."""

    side: Side
    number: int
    pictures: bool
    stop: threading.Event
    took: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._line = http.client.HTTPConnection("127.0.0.1", self.side.port, timeout=60)
        headers = {"Cookie": self.side.cookies[self.number], "X-CSRFToken": CSRF, "Content-Type": "application/json"}
        self._headers, self._root = headers, f"/api/projects/{self.side.project}"

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Label until told to stop."""
        self._line.connect()
        self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        queue: list[int] = []
        while not self.stop.is_set():
            showing, *holding = queue or [None]
            claim = self._send("claim", "POST", "claim/", {"count": HELD, "showing": showing, "holding": holding})
            if claim is None:
                continue
            for item in claim["queue"] if self.pictures else []:
                if item["sample"] not in holding:
                    self._send("prefetch", "GET", item["chip_url"])
            queue = [*([showing] if showing else []), *(item["sample"] for item in claim["queue"])]
            if queue:
                self._send("submit", "POST", "annotations/", {"sample": queue.pop(0), "label": 1, "seconds": 1.5})
        self._line.close()

    def _send(self, kind: str, method: str, path: str, said: Any = None) -> Any:
        body = None if said is None else json.dumps(said)
        began = time.perf_counter()
        try:
            self._line.request(method, path if path[0] == "/" else f"{self._root}/{path}", body, self._headers)
            answer = self._line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._line.close()  # the next request opens it again
            self.refused.append(f"{path} {error!r}")
            return None
        self.took[kind].append(1000 * (time.perf_counter() - began))
        if answer.status >= 300:
            self.refused.append(f"{answer.status} {path} {content[:200]!r}")
            return None
        return None if method == "GET" else json.loads(content)


def load(side: Side, people: int, seconds: float, *, pictures: bool) -> Load:
    """Let so many people label for some seconds, while rounds land."""
    stop = threading.Event()
    crowd = [Person(side, number, pictures, stop) for number in range(people)]
    side.ask("round")
    before, began = side.processor(), time.monotonic()
    for person in crowd:
        person.start()
    while (left := began + seconds - time.monotonic()) > 0:
        if not stop.wait(min(left, LAND_SECONDS)) and left > LAND_SECONDS:
            side.ask("round")
    stop.set()
    for person in crowd:
        person.join(60)
    took, after = time.monotonic() - began, side.processor()
    return Load(
        people,
        took,
        {kind: [each for person in crowd for each in person.took[kind]] for kind in KINDS},
        [line for person in crowd for line in person.refused],
        {name: after[name] - before[name] for name in after},
    )
