"""The owner of the project, who adds imagery, exports, publishes and asks for insights while processes are killed."""

import json
import tempfile
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from tests.chaos.people import send
from tests.rasters import write_raster

SIDE_PX = 64


@dataclass
class Owner(threading.Thread):
    """Somebody who asks for work in the background, and remembers what was promised."""

    url: str
    token: str
    project: int
    stop: threading.Event
    pause: float = 5.0  # seconds between two wishes
    scenes: list[str] = field(default_factory=list)  # that the site said it takes
    exports: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name="owner")

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Ask for one thing after the other until told to stop."""
        acts = (self._export, self._publish, self._upload, self._explain)
        for number in count():
            if self.stop.wait(self.pause):
                return
            try:
                acts[number % len(acts)](number)
            except urllib.error.HTTPError as error:
                if error.code <= 500:
                    self.refused.append(f"{error.code} {acts[number % len(acts)].__name__} {error.read()[:200]!r}")
            except (OSError, ValueError):  # the site is away: another time
                pass

    def _export(self, number: int) -> None:
        self.exports.append(self._ask("exports/", {"format": "geojson"})["id"])

    def _publish(self, number: int) -> None:
        self._ask("model-versions/", {})

    def _explain(self, number: int) -> None:
        self._ask("insights/", {})

    def _upload(self, number: int) -> None:
        """Send a scene that lies on the ground of the first one."""
        name = f"more-{number}.tif"
        values = np.random.default_rng(number).integers(1, 255, (3, SIDE_PX, SIDE_PX), dtype=np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            content = write_raster(Path(folder) / name, values).read_bytes()
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers = {"Authorization": f"Token {self.token}", "Content-Type": f"multipart/form-data; boundary={mark}"}
        request = urllib.request.Request(f"{self.url}/api/projects/{self.project}/scenes/", body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            told = json.loads(answer.read())
        if told["job"] is not None:
            self.scenes.append(name)

    def _ask(self, path: str, said: dict[str, Any]) -> Any:
        return send(f"{self.url}/api/projects/{self.project}/{path}", self.token, said)
