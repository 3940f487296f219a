"""Replaying: ask again what a stored round asked, from history, and say whether the answer is the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from annotation.arrays.labels import Snapshot
from annotation.errors import NotReady
from annotation.learning.history import changes, read, restore
from annotation.learning.picking import Terms, pick
from annotation.models import Project, Round
from annotation.tasks import task_of
from mlcore.errors import MLCoreError, NotEnoughLabels
from mlcore.query import Picks

_TOLD = 5  # differences


@dataclass(frozen=True)
class Replay:
    """What came of a second asking."""

    number: int
    strategy: str
    picks: int  # that the round stored
    same: bool
    differences: tuple[str, ...] = ()  # in plain words, the first few


def replay(project: Project, number: int | None = None) -> Iterator[Replay]:
    """Ask again what the rounds asked, oldest first, or one of them; nothing is written.

    Without a number those that were pruned are passed over: replaying them is not promised.
    """
    rounds = project.rounds.order_by("number").select_related("project")
    kept = rounds.exclude(inputs=Round.PRUNED).iterator()
    for made in rounds.filter(number=number) if number is not None else kept:
        yield _replay(made)


def _replay(made: Round) -> Replay:
    stored = list(made.ranks.filter(score__isnull=False).order_by("position").values_list("sample", "sample__index"))
    try:
        seen = read(made)
        now = restore(made, seen)
        told = list(changes(made, seen, now))
        picks = _ask(now, Terms.from_dict(made.inputs["terms"]))
    except (NotReady, MLCoreError) as error:
        return Replay(made.number, made.strategy, len(stored), False, (str(error),))
    audits = set(made.ranks.filter(score=None).values_list("sample", flat=True))  # drawn when the round landed
    again = [row for row in picks.indices.tolist() if int(now.samples[row]) not in audits]
    told += _moved([row for _, row in stored], again)
    return Replay(made.number, made.strategy, len(stored), not told, tuple(told[:_TOLD]))


def _ask(snapshot: Snapshot, terms: Terms) -> Picks:
    try:
        learner = task_of(snapshot.project).learner.fit(snapshot)
    except NotEnoughLabels:
        return pick(snapshot, terms)
    return pick(snapshot, terms, learner, learner.look(snapshot))


def _moved(stored: list[int], again: list[int]) -> Iterator[str]:
    """Say at which places the picks differ."""
    if len(stored) != len(again):
        yield f"{len(stored)} tiles were asked for, {len(again)} now"
    for position, (before, after) in enumerate(zip(stored, again, strict=False), start=1):
        if before != after:
            yield f"pick {position} was tile #{before}, and is tile #{after} now"
