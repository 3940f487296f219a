"""The policy of pruning, in one table: what goes, when, and why nothing that an export or a replay needs is in it.

Labels, their masks, reviews, audits, acceptances, releases, imagery, encoders that can be chosen, and the rows of
rounds and model versions (the learning curve) are never pruned.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from annotation.models import Project
from annotation.pruning import folders, rows, shared
from annotation.pruning.cuts import Cut, Freed


@dataclass(frozen=True)
class Rule:
    """One kind of thing that would grow for ever."""

    what: str
    until: str  # how long it is kept, and why no longer
    apply: Callable[[Cut], Freed]


POLICY = (
    Rule("superseded suggestions", "a day after a newer version was published; reviewed ones stay", rows.suggestions),
    Rule("forecasts of versions before", "a day; those behind a promise stay", rows.forecasts),
    Rule("what old rounds saw, and their ranks", "as long as they replay (see `rows.replaying`)", rows.rounds),
    Rule("files of old rounds", "as long as they replay", folders.rounds),
    Rule("finished jobs without a result", "a week", rows.jobs),
    Rule("messages that webhooks got", "30 days", rows.messages),
    Rule("heads of versions before", "the newest three retired ones; going back fits anew", folders.heads),
    Rule("replaced vectors", "a day; those to go back to, and of candidates, stay", folders.vectors),
    Rule("encoders of discarded candidates", "a day", folders.encoders),
    Rule("maps of tiles that are gone", "a day", folders.maps),
    Rule("what killed workers left half written", "a day", folders.leftovers),
)
SHARED = (
    Rule("masks that nothing refers to", "a day, so that one that is being submitted survives", shared.masks),
    Rule("folders of deleted projects", "a day", shared.homes),
)


def prune(project: Project, *, dry: bool = False) -> Iterator[tuple[str, Freed]]:
    """Apply the policy to a project and yield what each rule freed, or would free; killed at any point, run again."""
    cut = Cut((project,), dry=dry)
    for rule in POLICY:
        yield rule.what, rule.apply(cut)


def prune_shared(*projects: Project, dry: bool = False) -> Iterator[tuple[str, Freed]]:
    """Apply the rules on what projects share; a dry run counts what pruning these projects would set free, too."""
    cut = Cut(projects, dry=dry)
    for rule in SHARED:
        yield rule.what, rule.apply(cut)
