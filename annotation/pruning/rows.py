"""Rows that go: suggestions, forecasts, ranks and memories of rounds, jobs."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import TruncDate

from annotation.models import AuditForecast, Delivery, Job, Lease, ModelVersion, Project, Rank, Round, Suggestion
from annotation.models.jobs import JobKind
from annotation.pruning.cuts import Cut, Freed

DAYS_REPLAYED = 30
_JOBS_KEPT = timedelta(days=7)
_MESSAGES_KEPT = timedelta(days=30)
_WITHOUT_RESULT = [JobKind.EMBED, JobKind.PART, JobKind.REFIT, JobKind.PUBLISH, JobKind.INSIGHT, JobKind.PRUNE]


def replaying(project: Project) -> list[int]:
    """Return the numbers of the rounds that replay is promised for: the newest ones, and each recent day's last.

    KEEP_ROUNDS says how many of the newest, 0 that all stay. Those of an encoder whose vectors were replaced since
    don't replay, as before.
    """
    numbers = project.rounds.order_by("-number").values_list("number", flat=True)
    if not settings.KEEP_ROUNDS:
        return list(numbers)
    days = project.rounds.order_by().annotate(day=TruncDate("created_at")).values("day").annotate(last=Max("number"))
    lasts = sorted(days, key=lambda row: row["day"], reverse=True)[:DAYS_REPLAYED]
    return sorted({*numbers[: settings.KEEP_ROUNDS], *(row["last"] for row in lasts)})


def rounds(cut: Cut) -> Freed:
    """Remove the ranks of rounds that don't replay any more, and what their rows remember besides the curve.

    The row itself stays, and says that it was pruned. A rank that somebody's lease names stays too.
    """
    old = past(cut.project)
    if not cut.dry:
        old.exclude(inputs=Round.PRUNED).update(inputs=Round.PRUNED, report={})
    leased = Lease.objects.filter(project=cut.project, rank__isnull=False).values("rank")
    return cut.drop_rows(Rank.objects.filter(round__in=old).exclude(pk__in=leased))


def past(project: Project) -> QuerySet[Round]:
    """Return the rounds that don't replay any more."""
    kept = replaying(project)
    return project.rounds.exclude(number__in=kept).filter(number__lt=max(kept, default=0)).order_by()


def suggestions(cut: Cut) -> Freed:
    """Remove superseded suggestions."""
    return cut.drop_rows(superseded(cut))


def superseded(cut: Cut) -> QuerySet[Suggestion]:
    """Return suggestions that a version took the place of long ago.

    What a reviewer looked at stays, and what is said of audits by a version behind whose words a promise stands.
    """
    taken_over = [ModelVersion.State.PUBLISHED, ModelVersion.State.RETIRED]
    later = cut.project.model_versions.filter(state__in=taken_over, created_at__lt=cut.limit)
    newest = later.aggregate(newest=Max("number"))["newest"] or 0
    gone = Suggestion.objects.filter(model_version__project=cut.project, model_version__number__lt=newest)
    rested_on = Q(sample__audit__isnull=False, model_version__acceptances__isnull=False)
    return gone.filter(state=Suggestion.State.SUPERSEDED, reviews=None).exclude(rested_on)


def forecasts(cut: Cut) -> Freed:
    """Remove what versions before foresaw of audits."""
    return cut.drop_rows(outdated(cut))


def outdated(cut: Cut) -> QuerySet[AuditForecast]:
    """Return forecasts of versions that don't count any more and behind which no promise stands."""
    past_ones = [ModelVersion.State.RETIRED, ModelVersion.State.DISCARDED]
    gone = AuditForecast.objects.filter(model_version__project=cut.project, model_version__state__in=past_ones)
    return gone.filter(model_version__created_at__lt=cut.limit, model_version__acceptances=None)


def jobs(cut: Cut) -> Freed:
    """Remove jobs that ended well and of which nothing is shown but that they ran."""
    over = cut.project.jobs.filter(state=Job.State.DONE, kind__in=_WITHOUT_RESULT)
    return cut.drop_rows(over.filter(finished_at__lt=cut.now - _JOBS_KEPT))


def messages(cut: Cut) -> Freed:
    """Remove messages that webhooks got long ago."""
    return cut.drop_rows(Delivery.objects.filter(webhook__project=cut.project, sent_at__lt=cut.now - _MESSAGES_KEPT))
