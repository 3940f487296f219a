"""Upcoming: the tiles that people will have come to when a round lands, so that it counts on them."""

from collections import defaultdict

from annotation.labeling.leases import serving_order
from annotation.labeling.paces import seconds_of
from annotation.models import Lease, Project, Sample


def upcoming(project: Project) -> list[Lease]:
    """Return those prefetched tiles that their person comes to before the round that is being made can replace them.

    A browser shows the next tile that it holds at once, whether a round has landed or not: so each person's next one
    is as good as on show. While the round is being made, somebody gets as much further as they are fast.
    """
    held = Lease.objects.active().filter(project=project, shown_at=None, sample__state=Sample.State.OPEN)
    by_person: dict[int, list[Lease]] = defaultdict(list)
    for lease in held.select_related("rank", "sample__assignment__member"):
        by_person[lease.user_id].append(lease)
    newest = project.rounds.defer("inputs", "report").first()
    wait = newest.seconds if newest else 0.0  # about what the next one takes
    paces = seconds_of(project, by_person.keys(), newest) if by_person else {}
    return [
        lease
        for user, leases in by_person.items()
        for lease in _in_order(user, leases)[: 1 + (round(wait / paces[user]) if user in paces else 0)]
    ]


def _in_order(user: int, leases: list[Lease]) -> list[Lease]:
    """Return a person's leases in the order of a claim: what they were assigned comes first."""
    given = (lease.sample.assignment for lease in leases)
    assigned = {each.pk for each in given if each and each.member.user_id == user}
    return sorted(leases, key=lambda lease: serving_order(lease, assigned))
