"""Drawing of audits: so many that enough wait, at random among open samples and among those accepted by promise."""

import math

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotation.audits.chances import Chances, same_for_all, telling_most
from annotation.audits.exposures import count_draw
from annotation.doubles import ask_twice
from annotation.models import Acceptance, Annotation, AuditDraw, Lease, Project, Sample
from annotation.promises.checks import draw_checks
from annotation.promises.forecasts import accepted_audits
from annotation.tasks import task_of
from mlcore.audits.draws import draw
from mlcore.audits.promises import audit_share, missing_audits

AUDITS_AHEAD = 50  # samples until the next round, at most, that shall have their share of audits
LABELS_TO_A_PROMISE = 100  # that people are likely to make before the owner wants it
UNIFORM_FIRST = 25  # labelled audits before chances may differ


def share_of(project: Project) -> float:
    """Return the share of the next samples that are audits: more while a promise lacks some."""
    if not project.promise_kind:
        return project.audit_share
    return audit_share(missing_of(project), ahead=LABELS_TO_A_PROMISE, base=project.audit_share)


def missing_of(project: Project) -> int:
    """Return how many audits must be labelled, at the least, before the promise that the owner wants can be given."""
    if not project.promise_kind:
        return 0
    return missing_audits(project.promise_kind, project.promise_bound, have=_labelled(project))


def uniform_draws(project: Project) -> QuerySet[AuditDraw]:
    """Return the audits that a uniform draw took: they stand for the open samples alike."""
    return AuditDraw.objects.filter(sample__project=project, uniform_at__isnull=False)


def draw_audits(project: Project, *, seed: int) -> int:
    """Draw audits so that enough wait; return how many were drawn.

    The first are drawn uniformly; when 25 are labelled, half of the new ones are drawn where they tell most.
    """
    share = share_of(project)
    held = Lease.objects.active().filter(project=project).count()
    left = project.samples.filter(state=Sample.State.OPEN).count()
    checked = project.acceptances.filter(state=Acceptance.State.IN_FORCE).exists()
    ahead = AUDITS_AHEAD + held if checked else min(AUDITS_AHEAD + held, left)
    wanted = math.ceil(share * ahead) - len(waiting(project)[0])
    if wanted <= 0 or not share:
        return 0
    rng = np.random.default_rng([seed, 1])
    checks = draw_checks(project, wanted // 2 if left else wanted, rng) if checked else 0
    return checks + _draw_open(project, wanted - checks, rng)


def waiting(project: Project) -> tuple[list[int], list[int]]:
    """Return the audit samples that wait, in the order of their draw: those nobody saw, and those somebody skipped."""
    answered = Annotation.objects.filter(sample=OuterRef("sample"), current=True).exclude(verdict="retract")
    draws = AuditDraw.objects.filter(sample__project=project, sample__state=Sample.State.OPEN).order_by("pk")
    rows = draws.annotate(skipped=Exists(answered)).values_list("sample", "skipped")
    return [pk for pk, skipped in rows if not skipped], [pk for pk, skipped in rows if skipped]


def _labelled(project: Project) -> int:
    return uniform_draws(project).filter(sample__state=Sample.State.LABELLED).count()


def _draw_open(project: Project, wanted: int, rng: np.random.Generator) -> int:
    pool = _pool(project)
    wanted = min(wanted, len(pool))
    later = _labelled(project) >= UNIFORM_FIRST and task_of(project).draws_where_unsure
    second = wanted // 2 if later else 0
    taken = _draw_uniform(project, pool, wanted - second, rng)
    rest = {row: pk for row, pk in pool.items() if row not in taken}
    return len(taken) + _draw_telling(project, rest, min(second, len(rest)), rng)


def _pool(project: Project) -> dict[int, int]:
    """Return row -> id of the open samples that nobody has answered, skipped or holds."""
    held = Lease.objects.active().filter(sample=OuterRef("pk"))
    answered = Annotation.objects.filter(sample=OuterRef("pk"), current=True).exclude(verdict="retract")
    rows = project.samples.filter(~Exists(answered), ~Exists(held), state=Sample.State.OPEN, audit=None)
    return dict(rows.order_by("index").values_list("index", "pk").iterator())


def _draw_uniform(project: Project, pool: dict[int, int], size: int, rng: np.random.Generator) -> set[int]:
    """Draw with the same chance for all; return the new rows.

    Audits that other draws took are in it as if they were not: without them, the rest would be too easy.
    """
    others = AuditDraw.objects.filter(sample__project=project, uniform_at=None, acceptance=None)
    gone = _accepted(project)
    known = {row: pk for row, pk in others.values_list("sample__index", "pk") if row not in gone}
    rows = np.array(sorted({*pool, *known}), np.int64)
    if not size or not len(rows):
        return set()
    audits = np.setdiff1d(_audited(project), rows)
    chances = same_for_all(len(rows), len(audits), size)
    drawn = rows[draw(chances.of_pool, rng)].tolist()
    AuditDraw.objects.filter(pk__in=[known[row] for row in drawn if row in known]).update(uniform_at=timezone.now())
    new = {row: pool[row] for row in drawn if row not in known}
    _write(project, new, chances, rows, audits, rng)
    return set(new)


def _draw_telling(project: Project, pool: dict[int, int], size: int, rng: np.random.Generator) -> int:
    """Draw where audits tell most; return how many."""
    if not size:
        return 0
    rows, audits = np.fromiter(pool, np.int64), _audited(project)
    chances = telling_most(project, rows, audits, size)
    drawn = rows[draw(chances.of_pool, rng)].tolist()
    _write(project, {row: pool[row] for row in drawn}, chances, rows, audits, rng)
    return len(drawn)


def _audited(project: Project) -> np.ndarray:
    """Return the rows of audits that would wait like the open samples, had nobody drawn them."""
    rows = AuditDraw.objects.filter(sample__project=project).values_list("sample__index", flat=True)
    return np.array(sorted({*rows} - _accepted(project)), np.int64)


def _accepted(project: Project) -> set[int]:
    """Return the rows of audits that would be accepted by promise, had nobody drawn them."""
    in_force = project.acceptances.filter(state=Acceptance.State.IN_FORCE)
    return {row for acceptance in in_force for row in accepted_audits(acceptance).tolist()}


def _write(
    project: Project,
    drawn: dict[int, int],
    chances: Chances,
    rows: np.ndarray,
    audits: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Write the draws down, and what they mean for the chances of all."""
    chance = dict(zip(rows.tolist(), chances.of_pool.tolist(), strict=True))
    at = timezone.now() if chances.kind == AuditDraw.Kind.UNIFORM else None
    AuditDraw.objects.bulk_create(
        AuditDraw(sample_id=pk, kind=chances.kind, probability=chance[row], pool=len(rows), uniform_at=at)
        for row, pk in drawn.items()
    )
    ask_twice(project, list(drawn.values()), rng)
    count_draw(project, np.concatenate([rows, audits]), np.concatenate([chances.of_pool, chances.of_audits]))
