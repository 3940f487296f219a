"""The attack: kill processes at random while people work, then compare what they were told with what is there."""

import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.owner import Owner
from tests.chaos.people import Person, Prober
from tests.chaos.site import Site

PATIENCE_SECONDS = 60.0
SETTLE_SECONDS = 300.0


@dataclass(frozen=True)
class Plan:
    """How hard."""

    kills: int = 1000
    people: int = 6
    tiles: int = 1600
    think: float = 0.3  # seconds of a person before an answer
    pause: tuple[float, float] = (0.3, 3.0)  # seconds between the site's recovery and the next kill
    seed: int = 0
    minutes: float = 24 * 60.0  # after which no more is killed
    settle: bool = True  # wait until all jobs have ended


@dataclass
class Report:
    """What came of it."""

    kills: list[tuple[str, float]] = field(default_factory=list)  # what was killed, seconds that the site was away
    acknowledged: int = 0
    lost: list[Any] = field(default_factory=list)
    doubled: list[Any] = field(default_factory=list)
    promised: int = 0  # scenes and exports that were taken on
    broken: list[Any] = field(default_factory=list)  # those that are not there
    refused: list[str] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)  # that have not ended well
    done: int = 0
    stuck: int = 0  # leases
    left: dict[int, str] = field(default_factory=dict)  # processes after the end

    def lines(self) -> list[str]:
        """Say it."""
        kinds = Counter(name for name, _ in self.kills)
        away = {name: max(seconds for one, seconds in self.kills if one == name) for name in kinds}
        return [
            *(f"{count:5} x {name:40} away at most {away[name]:5.1f} s" for name, count in sorted(kinds.items())),
            f"{len(self.kills)} kills, {self.acknowledged} answers acknowledged, {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {self.promised} scenes and exports promised, {len(self.broken)} not there, "
            f"{self.done} jobs done, {len(self.jobs)} not, {self.stuck} leases stuck, "
            f"{len(self.left)} processes left, {len(self.refused)} answers refused",
            *(str(job) for job in self.jobs),
            *self.refused[:5],
        ]


def attack(folder: Path, port: int, plan: Plan) -> Report:
    """Bring a site up, attack it, take it down, and report."""
    site, report, dice = Site(folder, port), Report(), random.Random(plan.seed)
    site.start()
    try:
        cast = site.call("tests.chaos.cast", "make", str(plan.people), str(plan.tiles))
        stop, project = threading.Event(), cast["project"]
        tokens = enumerate(cast["tokens"])
        people = [Person(site.url, token, project, n, stop, plan.think) for n, token in tokens]
        prober, owner = Prober(site.url, stop), Owner(site.url, cast["owner"], project, stop)
        threads = (prober, owner, *people)
        for thread in threads:
            thread.start()
        time.sleep(1.0)
        until = time.monotonic() + 60 * plan.minutes
        while len(report.kills) < plan.kills and time.monotonic() < until:
            _kill_one(site, prober, report, dice, plan)
        stop.set()
        for thread in threads:
            thread.join(30)
        _compare(site, people, owner, report, plan)
    finally:
        site.stop()
    report.left = site.processes()
    return report


def _kill_one(site: Site, prober: Prober, report: Report, dice: random.Random, plan: Plan) -> None:
    """Kill a process of a kind drawn at random, and wait until the site is well."""
    kinds: dict[str, list[int]] = {}
    for pid, name in site.processes().items():
        kinds.setdefault(name, []).append(pid)
    name = dice.choice(sorted(kinds))
    at = time.monotonic()
    try:
        os.kill(dice.choice(sorted(kinds[name])), signal.SIGKILL)
    except ProcessLookupError:  # it has just ended
        return
    time.sleep(dice.uniform(*plan.pause))
    site.look_after()
    while not prober.well_since(at + plan.pause[0]) and time.monotonic() < at + PATIENCE_SECONDS:
        time.sleep(0.05)
    report.kills.append((name, prober.away(at, time.monotonic())))


def _compare(site: Site, people: list[Person], owner: Owner, report: Report, plan: Plan) -> None:
    """Hold what people were told against what is there."""
    deadline = time.monotonic() + SETTLE_SECONDS
    truth = site.call("tests.chaos.cast", "tell")
    while plan.settle and time.monotonic() < deadline and any(job["state"] != "failed" for job in truth["jobs"]):
        time.sleep(1.0)
        truth = site.call("tests.chaos.cast", "tell")
    kept = Counter((author, sample, code) for author, sample, code, current in truth["answers"] if current)
    versions = Counter((author, sample) for author, sample, _, _ in truth["answers"])
    told = [(person.name, sample, code) for person in people for sample, code in person.acknowledged.items()]
    report.acknowledged = len(told)
    report.lost = [one for one in told if not kept[one]]
    report.doubled = [one for one, count in versions.items() if count > 1]
    report.refused = [line for each in (*people, owner) for line in each.refused]
    scenes, exports = Counter(truth["scenes"]), set(truth["exports"])
    report.promised = len(owner.scenes) + len(owner.exports)
    report.broken = [name for name in owner.scenes if scenes[name] != 1]
    report.broken += [pk for pk in owner.exports if pk not in exports]
    report.jobs, report.stuck, report.done = truth["jobs"], truth["stuck"], truth["done"]
