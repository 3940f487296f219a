"""The simulated annotator: somebody who knows the truth labels a project through the API, as people do."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from annotation.models import Sample
from annotation.tasks import task_of
from annotation.truth import Truth
from webapp.client import Client, Refused

PATIENCE_SECONDS = 300.0
_HELD = 5  # tiles, as the labelling page has them ready
_POLL_SECONDS = 0.1


@dataclass
class Annotator:
    """One annotator at work on one project."""

    client: Client
    project: int
    truth: Truth
    seconds: float = 0.0  # that each label is said to have taken
    sleep: Callable[[float], None] = time.sleep

    def label(self, budget: int) -> Iterator[int]:
        """Label as people do, tiles ahead in hand; yield the row of each, in order."""
        showing: int | None = None
        holding: list[int] = []
        for _ in range(budget):
            queue = self._claim(_HELD, showing=showing, holding=holding)
            if not queue:
                return
            item, *ahead = queue
            showing, holding = item["sample"], [one["sample"] for one in ahead]
            self._claim(_HELD, showing=showing, holding=holding)  # it is on show now
            self._answer(item)
            showing = None
            yield int(item["index"])

    def label_in_step(self, budget: int) -> Iterator[list[int]]:
        """Label batch by batch, each chosen with all labels before it; yield the rows of each batch.

        Nothing is prefetched: so the picks are those of a run of the library on the same vectors and seed.

        Raises:
            Refused: the server refuses, a refit fails, or none comes.
        """
        batch = int(self.client.get(f"projects/{self.project}/")["refit_every"])
        self._rank_again()
        while budget > 0:
            queue = self._claim(min(batch, budget))
            for item in queue:
                self._answer(item)
            if not queue:
                return
            budget -= len(queue)
            yield [int(item["index"]) for item in queue]
            self._rank_again()

    def _claim(self, count: int, **more: Any) -> list[dict[str, Any]]:
        asked = {"count": count, **{name: value for name, value in more.items() if value}}
        queue: list[dict[str, Any]] = self.client.post(f"projects/{self.project}/claim/", **asked)["queue"]
        return queue

    def _answer(self, item: dict[str, Any]) -> None:
        sample = Sample.objects.select_related("tile__grid", "project").get(pk=item["sample"])
        said = {"sample": sample.pk, "seconds": self.seconds, "provenance": "simulated", "base": item["base"]}
        self.client.post(f"projects/{self.project}/annotations/", **said, **self._words(sample))

    def _words(self, sample: Sample) -> dict[str, Any]:
        """Return what the truth says of a sample; it is skipped where that is nothing."""
        value = task_of(sample.project).simulate(self.truth, sample)
        return {"value": value} if value else {"verdict": "skip", "reason": "The truth says nothing of this tile."}

    def _rank_again(self) -> None:
        """Ask for a round that has heard everything, and wait for it."""
        asked = self.client.post(f"projects/{self.project}/rounds/")["id"]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            jobs = self.client.get(f"projects/{self.project}/jobs/", kind="refit", page_size=50)["results"]
            state = next((job for job in jobs if job["id"] == asked), {"state": "gone", "error": ""})
            if state["state"] == "done":
                return
            if state["state"] not in ("queued", "running"):
                raise Refused(f"The refit {state['state']}: {state['error']}")
            self.sleep(_POLL_SECONDS)
        raise Refused(f"No refit within {PATIENCE_SECONDS:.0f} s. Does a worker run?")
