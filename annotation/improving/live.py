"""What people see of a training while it runs: a message with the time left, and the curve of its losses."""

import math
import time
from collections.abc import Sequence
from typing import Any

from annotation.models import Job

_SHOWN_EVERY_SECONDS = 0.7
_MOST_POINTS = 240


class Live:
    """The progress of a job through named stages, written to its row now and then."""

    def __init__(self, job: Job, stages: Sequence[str], *, unit: str = "step", share: float = 0.9) -> None:
        """Begin before the first of `stages`, which together take `share` of the job's time."""
        self.job, self.stages, self.unit, self.share = job, list(stages), unit, share
        self.stage = -1
        self.points: list[dict[str, Any]] = []
        self.started, self.shown = time.monotonic(), 0.0
        job.show(stages=self.stages, curve=[])

    def begin(self) -> None:
        """Go on to the next stage."""
        self.stage += 1

    def step(self, number: int, of: int, loss: float, validation: float | None = None) -> None:
        """Take note of a step of training; JobCancelled if somebody asked the job to end."""
        point = {"stage": self.stage, "step": number, "loss": _told(loss), "validation": _told(validation)}
        self.points.append(point)
        now = time.monotonic()
        if now - self.shown < _SHOWN_EVERY_SECONDS and number < of:
            return
        self.shown = now
        done = self.share * (self.stage + number / max(1, of)) / len(self.stages)
        self.job.show(curve=self._thinned())
        self.job.report(done, f"{self.stages[self.stage]}: {self.unit} {number} of {of}, {self._left(done)}.")

    def embedding(self, done: float, message: str) -> None:
        """Take note of tiles embedded between two stages."""
        before = self.share * (self.stage + 1) / len(self.stages)
        self.job.report(before, message)

    def _left(self, done: float) -> str:
        seconds = (time.monotonic() - self.started) * (1 - done) / max(done, 1e-6)
        if seconds < 90:
            return f"about {max(1, round(seconds))} seconds left"
        return f"about {round(seconds / 60)} minutes left"

    def _thinned(self) -> list[dict[str, Any]]:
        step = -(-len(self.points) // _MOST_POINTS) or 1
        return self.points[::-1][::step][::-1]


def _told(value: float | None) -> float | None:
    return round(float(value), 4) if value is not None and math.isfinite(value) else None
