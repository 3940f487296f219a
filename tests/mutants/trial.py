"""The trial: each damaged file is uploaded, taken in and looked at, as a stranger would have it."""

import base64
import logging
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation import jobs
from annotation.deletions import delete_project
from annotation.models import Job, Project, Sample, Scene
from mlcore.quarantine import PATIENT, inspect
from mlcore.raster.write import encode_mask_png
from tests.factories import make_project
from tests.mutants.damage import damaged
from tests.mutants.seeds import seeds
from tests.pools import make_samples
from tests.rasters import ramp

MOST_SECONDS = 5.0
MOST_MEGABYTES = 500
A_PROJECT = 50  # files, then a fresh one
MASKS = 0.1  # share of trials that send a mask


@dataclass
class Verdict:
    """What came of all of them."""

    files: int = 0
    broke: list[str] = field(default_factory=list)  # answers of 500 and more
    slow: list[str] = field(default_factory=list)
    unhandled: list[str] = field(default_factory=list)  # errors of jobs that are no sentence of ours
    longest: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Say it."""
        return [
            f"{self.files} files, answers {dict(self.answers)}, jobs {dict(self.jobs)}; {len(self.broke)} broke, "
            f"{len(self.slow)} took over {MOST_SECONDS:.0f} s (longest {self.longest:.1f} s), "
            f"{len(self.unhandled)} unhandled errors of jobs, {megabytes()} MB",
            *self.broke,
            *self.slow,
            *self.unhandled,
        ]


def megabytes() -> int:
    """Return the memory that this process, which plays the web worker, holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 2**20


class _Overheard(logging.Handler):
    """Whatever is logged with an exception: no error of a file may be one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if record.exc_info:
            self.heard.append(f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"[:300])


class Trial:
    """A person who sends what they find."""

    def __init__(self, owner: Any, folder: Path, *, seed: int = 0, only: str = "") -> None:
        """Make sound files to begin with."""
        made = seeds(folder)
        chosen = {name: content for name, content in made.items() if re.search(only, name)}
        self.seeds, self.dice, self.verdict, self.owner = chosen, random.Random(seed), Verdict(), owner
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        self.client.force_login(owner)
        self.folder, self.overheard = folder, _Overheard()
        self.project: Project = make_project(owner)
        painted = make_project(owner, task="masks")
        self.painted: Sample = make_samples(painted, 1)[0]
        self.mask = encode_mask_png(ramp(1, 32, 32)[0] % 3)

    def run(self, files: int, *, until: float = float("inf"), keep: Path | None = None) -> Verdict:
        """Try so many; those that do harm are kept in a folder, if there is one."""
        logging.getLogger("annotation.jobs").addHandler(self.overheard)
        inspect(self.folder / "plain.tif", allowance=PATIENT)  # the child that will read is up
        self.client.get("/api/projects/")  # and the site: the first request of a process loads all of it
        try:
            while self.verdict.files < files and time.monotonic() < until:
                before = len(self._harm())
                content = self.one()
                if keep and len(self._harm()) > before:
                    (keep / f"{self.verdict.files}.bin").write_bytes(content)
        finally:
            logging.getLogger("annotation.jobs").removeHandler(self.overheard)
        return self.verdict

    def one(self) -> bytes:
        """Damage a file, send it, let the worker have it, and look at what came of it; return it."""
        self.verdict.files += 1
        if self.dice.random() < MASKS:
            content = damaged(self.mask, list(self.seeds.values()), self.dice)
            self._say(content)
            return content
        if self.verdict.files % A_PROJECT == 0:
            delete_project(self.project)
            self.project = make_project(self.owner)
        name = self.dice.choice(sorted(self.seeds))
        content = damaged(self.seeds[name], self._others(name), self.dice)
        scenes = f"/api/projects/{self.project.pk}/scenes/"
        self._ask(f"upload of {name}", "post", scenes, {"files": SimpleUploadedFile(name, content)})
        self._work(name)
        for scene in Scene.objects.filter(project=self.project).order_by("-pk")[:1]:
            self._ask(f"preview of {name}", "get", f"/projects/{self.project.pk}/scenes/{scene.pk}/preview.png")
        return content

    def _others(self, name: str) -> Sequence[bytes]:
        return [content for other, content in self.seeds.items() if other != name]

    def _say(self, png: bytes) -> None:
        said = {"sample": self.painted.pk, "mask": base64.b64encode(png).decode(), "force": True}
        path = f"/api/projects/{self.painted.project_id}/annotations/"
        self._ask("mask", "post", path, said, content_type="application/json")

    def _ask(self, what: str, method: str, path: str, *said: Any, **options: Any) -> None:
        began = time.monotonic()
        answer = getattr(self.client, method)(path, *said, **options)
        seconds = time.monotonic() - began
        self.verdict.answers[answer.status_code] += 1
        self.verdict.longest = max(self.verdict.longest, seconds)
        if answer.status_code >= 500:
            self.verdict.broke.append(f"{self.verdict.files}: {what}: {answer.status_code} {answer.content[:200]!r}")
        if seconds > MOST_SECONDS:
            self.verdict.slow.append(f"{self.verdict.files}: {what}: {seconds:.1f} s")

    def _work(self, name: str) -> None:
        waiting = Job.objects.filter(project=self.project, kind="ingest", state=Job.State.QUEUED)
        for job in waiting:
            jobs.run(job.pk)
            job.refresh_from_db()
            self.verdict.jobs[job.state] += 1
        self.verdict.unhandled += [f"{self.verdict.files}: {name}: {error}" for error in self.overheard.heard]
        self.overheard.heard.clear()

    def _harm(self) -> list[str]:
        return [*self.verdict.broke, *self.verdict.slow, *self.verdict.unhandled]
