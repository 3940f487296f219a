"""Pruned rows: suggestions, forecasts, rounds and jobs go when nobody needs them."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.arrays.vectors import folder_of
from annotation.models import (
    AuditForecast,
    Job,
    Lease,
    Project,
    Rank,
    Review,
    Round,
    Sample,
    Suggestion,
)
from annotation.models.jobs import JobKind
from annotation.pruning.cuts import Freed
from annotation.pruning.rows import replaying
from tests.factories import make_acceptance, make_audit, suggest
from tests.pools import rank
from tests.pruned import DAY, State, pruned, superseded, version_of


def names(model: type) -> set[int]:
    """Return the numbers of a table's rows."""
    return set(model.objects.values_list("pk", flat=True))  # type: ignore[attr-defined]


def test_suggestions_that_somebody_may_need_stay(
    project: Project, samples: list[Sample], carol: AbstractBaseUser
) -> None:
    unpromised = version_of(project)
    before, now = version_of(project), version_of(project, State.PUBLISHED)
    reviewed, audited = superseded(before, samples[0]), superseded(before, samples[1])
    Review.objects.create(reviewer=carol, suggestion=reviewed, verdict=Review.Verdict.REJECT)
    make_audit(samples[1])
    make_acceptance(before, carol)
    superseded(unpromised, samples[1])
    accepted = suggest(before, samples[2], 1, state=Suggestion.State.ACCEPTED)
    waiting = suggest(now, samples[3], 1)
    superseded(before, samples[4])
    assert pruned(project) == {"superseded suggestions": Freed(rows=2)}
    assert names(Suggestion) == {reviewed.pk, audited.pk, accepted.pk, waiting.pk}


def test_what_was_superseded_today_stays_on_the_pages_that_show_it(project: Project, samples: list[Sample]) -> None:
    superseded(version_of(project, days=9), samples[0])
    version_of(project, State.PUBLISHED, days=0)
    assert pruned(project) == {}


def test_an_old_candidate_that_takes_over_leaves_what_it_superseded_today(
    project: Project, samples: list[Sample]
) -> None:
    version_of(project, State.PUBLISHED, days=9)  # the candidate of long ago
    superseded(version_of(project, State.RETIRED, days=5), samples[0])
    assert pruned(project) == {}


def test_forecasts_behind_a_promise_stay(project: Project, samples: list[Sample], alice: AbstractBaseUser) -> None:
    promised, before = version_of(project), version_of(project)
    now = version_of(project, State.PUBLISHED)
    make_acceptance(promised, alice)
    draw, named = make_audit(samples[0]), project.classes.first()
    made = {
        version.pk: AuditForecast.objects.create(model_version=version, draw=draw, label=named, confidence=0.9)
        for version in (promised, before, now)
    }
    assert pruned(project) == {"forecasts of versions before": Freed(rows=1)}
    assert names(AuditForecast) == {made[promised.pk].pk, made[now.pk].pk}


def test_only_the_newest_rounds_and_each_days_last_are_remembered(
    project: Project, samples: list[Sample], settings, alice: AbstractBaseUser
) -> None:
    settings.KEEP_ROUNDS = 3
    home = folder_of(project) / "rounds"
    home.mkdir(parents=True)
    for number in range(1, 13):
        rank(project, samples[:2], report={"reach": {}}, inputs={"terms": {}})
        (home / f"{number}.npz").write_bytes(b"n" * 100)
        project.rounds.filter(number=number).update(created_at=timezone.now() - (12 - number) // 4 * DAY)
    last_of_days = list(project.rounds.order_by("number").values_list("number", flat=True)[3::4])
    shown = Rank.objects.filter(round__number=1).first()
    Lease.objects.create(project=project, sample=shown.sample, user=alice, rank=shown, expires_at=Lease.end())
    assert replaying(project) == [4, 8, 10, 11, 12]
    assert set(last_of_days) <= set(replaying(project))
    expected = {
        "what old rounds saw, and their ranks": Freed(rows=13),
        "files of old rounds": Freed(files=7, bytes=700),
    }
    assert pruned(project, dry=True) == expected
    assert pruned(project) == expected
    assert project.rounds.count() == 12  # the learning curve
    assert {made.number for made in project.rounds.filter(inputs=Round.PRUNED, report={})} == {1, 2, 3, 5, 6, 7, 9}
    assert sorted(int(file.stem) for file in home.iterdir()) == [4, 8, 10, 11, 12]
    assert Lease.objects.get().rank == shown
    settings.KEEP_ROUNDS = 0
    assert pruned(project) == {}


def test_jobs_without_a_result_are_forgotten_after_a_week(project: Project) -> None:
    made = {}
    for kind in JobKind:
        made[kind] = Job.request(project, kind)
        made[kind].start()
        made[kind].finish()
    assert pruned(project) == {}
    Job.objects.update(finished_at=timezone.now() - timedelta(days=8))
    failed = Job.request(project, JobKind.REFIT)
    failed.start()
    failed.fail("No disk.")
    assert pruned(project) == {"finished jobs without a result": Freed(rows=6)}
    assert {"ingest", "export", "import", "finetune", "pretrain", "select", "switch", "refit"} == set(
        Job.objects.values_list("kind", flat=True)
    )
