"""Paces: how long a label takes whom, by the newest round and by what they said since."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.labeling import Answer, claim, submit, tiles_ahead
from annotation.labeling.paces import seconds_of
from annotation.models import Annotation, Job, Project, Round, Sample
from annotation.models.jobs import JobKind
from tests.pools import answer_truly, covered_project, make_samples, rank, run_jobs, take

PACE = {"level": 1.0, "people": {}, "tools": {}, "spread": 0.0, "slopes": [0.1], "means": [0.0]}
USUAL = 2.718281828


@pytest.fixture
def pool(project: Project) -> list[Sample]:
    """Return thirty samples without audits."""
    project.audit_share = 0
    project.save()
    return make_samples(project, 30)


def learnt(project: Project, pool: list[Sample], **pace: object) -> Round:
    """Land a round that has learnt a pace."""
    terms = {"timing": {"pace": {**PACE, **pace}, "axes": [[1.0]], "centre": [0.0]}}
    rank(project, pool, inputs={"terms": terms, "usual_seconds": {str(one.pk): USUAL for one in pool}})
    return project.rounds.first()


def label(samples: list[Sample], user: AbstractBaseUser, seconds: float) -> None:
    for sample in samples:
        submit(sample, user, Answer(value={"class": 1}, seconds=seconds))


def test_it_works(project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]) -> None:
    newest = learnt(project, pool, people={str(bob.pk): 0.6931})
    seconds = seconds_of(project, [alice.pk, bob.pk], newest)
    assert seconds == {alice.pk: pytest.approx(USUAL, rel=1e-3), bob.pk: pytest.approx(2 * USUAL, rel=1e-3)}
    assert claim(project, bob, count=1).seconds == seconds[bob.pk]


def test_it_follows_a_person_between_two_rounds(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    newest = learnt(project, pool)
    label(pool[:8], bob, 4 * USUAL)
    seconds = seconds_of(project, [alice.pk, bob.pk], newest)
    assert seconds[bob.pk] == pytest.approx(USUAL * 4 ** (8 / 12), rel=1e-3)  # eight labels against four of the prior
    assert seconds[alice.pk] == pytest.approx(USUAL, rel=1e-3)


def test_accepting_a_models_word_says_nothing_of_labelling_by_hand(
    project: Project, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    newest = learnt(project, pool)
    label(pool[:8], bob, 0.5)
    Annotation.objects.update(provenance=Annotation.Provenance.MODEL_ACCEPTED)
    assert seconds_of(project, [bob.pk], newest)[bob.pk] == pytest.approx(USUAL, rel=1e-3)


def test_before_a_round_knows_a_pace_a_persons_own_labels_tell(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    rank(project, pool)
    assert claim(project, bob, count=1).seconds is None
    label(pool[:4], bob, 20)
    assert set(seconds := seconds_of(project, [alice.pk, bob.pk], project.rounds.first())) == {bob.pk}
    assert seconds[bob.pk] == pytest.approx(10, rel=1e-3)  # between a guess of 5 s and 20 s
    assert seconds_of(project, [bob.pk], None) == seconds
    Annotation.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert seconds_of(project, [bob.pk], None) == {}


def test_who_is_slow_holds_fewer_tiles() -> None:
    assert [tiles_ahead(seconds) for seconds in (0.5, 6, 10, 14, 90)] == [5, 5, 3, 3, 2]


def test_a_real_round_tells_seconds_of_its_picks(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path, refit_every=21, audit_share=0)
    run_jobs(project)
    for _ in range(42):
        answer_truly(take(project, alice).sample, alice)
    Job.request(project, JobKind.REFIT)
    run_jobs(project)
    newest = project.rounds.first()
    assert set(newest.inputs["usual_seconds"]) == {str(pk) for pk in newest.ranks.values_list("sample", flat=True)}
    assert seconds_of(project, [alice.pk], newest)[alice.pk] == pytest.approx(2.0, rel=0.1)


def test_a_claim_reads_what_a_round_has_learnt_once(
    project: Project, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    learnt(project, pool)
    read: list[int] = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert claim(project, bob, count=1).seconds == pytest.approx(USUAL, rel=1e-3)
        read.append(sum("usual_seconds" in row["sql"] for row in asked.captured_queries))
    assert read == [1, 0]
    learnt(project, pool, level=2.0)  # another round
    assert claim(project, bob, count=1).seconds == pytest.approx(USUAL, rel=1e-3)
