"""The one lock order: who writes or deletes rows about many samples takes the project first, and leases in order."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import OperationalError, connection, transaction

from annotation.arrays.vectors import Vectors
from annotation.deletions import delete_project, drop_samples, hold_project
from annotation.errors import NotFound
from annotation.labeling import claim, release_leases
from annotation.learning.forecasting import forecast_audits
from annotation.learning.publishing import publish_version, remove_unfinished, suggest, take_suggestions_back
from annotation.models import Acceptance, AuditForecast, Lease, ModelVersion, Project, Sample, Suggestion
from annotation.promises import watching
from annotation.promises.acceptance import write
from annotation.pruning import prune
from annotation.review import decide
from annotation.tasks.classes.learner import ClassLearner, ClassPrediction
from tests.factories import make_acceptance, make_audit, make_model_version, make_project
from tests.factories import suggest as suggest_class
from tests.pools import make_samples, rank
from tests.pruned import State, superseded, version_of

pytestmark = pytest.mark.django_db(transaction=True)
ENCODER = "e" * 64
Work = Callable[[], object]
Makes = Callable[[Project, list[Sample], AbstractBaseUser], Work]


class Sure(ClassLearner):
    """A learner that knows one class only."""

    def __init__(self) -> None:
        """Take no head."""

    def predict(self, vectors: Vectors, rows: np.ndarray) -> ClassPrediction:
        """Say that all are of the first class."""
        return ClassPrediction(rows, np.ones(len(rows)), np.array([1]), np.ones((len(rows), 1), np.float32))


@pytest.fixture
def samples(project: Project, data_dir: object) -> list[Sample]:
    """Return forty samples with vectors, half of them audits."""
    return furnish(project)


def furnish(project: Project) -> list[Sample]:
    """Give a project forty samples with vectors, half of them audits."""
    made = make_samples(project, 40)
    Vectors(project, ENCODER).write(range(40), np.ones((40, 4), np.float32))
    for sample in made[::2]:
        make_audit(sample)
    return made


def aside(work: Work) -> Work:
    """Return work that closes the connection of its own thread."""

    def done() -> object:
        try:
            return work()
        finally:
            connection.close()

    return done


def foresee(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Write forecasts."""
    version = make_model_version(project)
    return lambda: forecast_audits(version, Sure(), Vectors(project, ENCODER))


def speak(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Write suggestions."""
    version = version_of(project, State.PUBLISHED, encoder=ENCODER)
    AuditForecast.objects.bulk_create(
        AuditForecast(model_version=version, draw=sample.audit, confidence=1) for sample in samples[::2]
    )
    return lambda: suggest(version, Sure())


def publish(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Publish a version."""
    version = make_model_version(project, state=State.BUILDING)
    return lambda: publish_version(version)


def sweep(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Remove what a killed publication left."""
    suggest_class(make_model_version(project, state=State.BUILDING), samples[1], 1)
    return lambda: remove_unfinished(project)


def begin_again(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Take the suggestions of a candidate back."""
    candidate = make_model_version(project, state=State.CANDIDATE)
    suggest_class(candidate, samples[1], 1)
    return lambda: take_suggestions_back(candidate)


def review(project: Project, samples: list[Sample], user: AbstractBaseUser) -> Work:
    """Accept suggestions."""
    made = suggest_class(make_model_version(project), samples[1], 1)
    return lambda: decide(user, [made.pk], "accept")


def look(project: Project, samples: list[Sample], user: AbstractBaseUser) -> Work:
    """Test a promise."""
    acceptance = make_acceptance(make_model_version(project), user)
    return lambda: watching.watch(acceptance.project)


def forget(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Prune superseded suggestions."""
    before = version_of(project)
    version_of(project, State.PUBLISHED)
    superseded(before, samples[1])
    return lambda: list(prune(project))


def land(project: Project, samples: list[Sample], _: AbstractBaseUser) -> Work:
    """Land a round."""
    return lambda: rank(project, samples)


MANY = [foresee, speak, publish, sweep, begin_again, review, look, forget, land]


def test_whoever_writes_about_many_samples_waits_for_whoever_holds_the_project(
    alice: AbstractBaseUser, data_dir: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "checked", lambda _: np.zeros(10))
    assert {makes.__name__: waits_for_the_project(makes, alice) for makes in MANY} == {
        makes.__name__: True for makes in MANY
    }


def waits_for_the_project(makes: Makes, user: AbstractBaseUser) -> bool:
    """Do something while the project is held and say whether it waited, then do it for good."""
    project = make_project(user)
    work = makes(project, furnish(project), user)

    def impatient() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            work()
        except OperationalError as error:
            return "lock timeout" in str(error)
        return False

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold_project(project)
            waited = pool.submit(aside(impatient)).result()
        pool.submit(aside(work)).result()
    return bool(waited)


def test_forecasts_and_suggestions_leave_out_what_was_deleted_meanwhile(
    project: Project, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = version_of(project, State.PUBLISHED, encoder=ENCODER)
    predict = Sure.predict

    def meanwhile(self: Sure, vectors: Vectors, rows: np.ndarray) -> ClassPrediction:
        with transaction.atomic():
            drop_samples(hold_project(project), Sample.objects.filter(pk__in=[row.pk for row in samples[: count * 4]]))
        return predict(self, vectors, rows)

    monkeypatch.setattr(Sure, "predict", meanwhile)
    count = 1
    assert forecast_audits(version, Sure(), Vectors(project, ENCODER)) == 18
    count = 2
    assert suggest(version, Sure()) == 16
    assert AuditForecast.objects.count() == 16
    assert set(Suggestion.objects.values_list("sample", flat=True)) == {sample.pk for sample in samples[9::2]}


def test_a_project_can_be_deleted_while_versions_foresee_and_suggest(project: Project, samples: list[Sample]) -> None:
    versions = [version_of(project, State.CANDIDATE, encoder=ENCODER) for _ in range(3)]
    begun = threading.Barrier(4)

    def work(version: ModelVersion) -> None:
        begun.wait()
        try:
            for _ in range(10):
                forecast_audits(version, Sure(), Vectors(project, ENCODER))
                with transaction.atomic():
                    hold_project(project)
                    version.forecasts.all().delete()
        except NotFound:
            pass

    def remove() -> None:
        begun.wait()
        time.sleep(0.05)
        delete_project(project)

    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(aside(remove)), *(pool.submit(aside(lambda v=v: work(v))) for v in versions)]
        for end in ends:
            end.result()
    assert not (Project.objects.exists() or AuditForecast.objects.exists())


def let_go(project: Project, samples: list[Sample], user: AbstractBaseUser) -> Work:
    """Give back what a person holds."""
    return lambda: release_leases(project, user)


def accept(project: Project, samples: list[Sample], user: AbstractBaseUser) -> Work:
    """Accept labels by promise."""
    version = make_model_version(project)
    for sample in samples[1::2]:
        suggest_class(version, sample, 1)
    acceptance: Acceptance = make_acceptance(version, user)
    return transaction.atomic(lambda: write(acceptance))


def remove(project: Project, samples: list[Sample], user: AbstractBaseUser) -> Work:
    """Delete samples."""
    return transaction.atomic(lambda: drop_samples(hold_project(project), project.samples.all()))


def test_leases_are_locked_in_one_order(bob: AbstractBaseUser, alice: AbstractBaseUser, data_dir: object) -> None:
    for makes in (let_go, accept, remove):
        project = make_project(alice)
        samples = furnish(project)
        rank(project, samples[1::2])
        claim(project, bob, count=3)
        mine = Lease.objects.filter(project=project, sample__audit=None)
        first, *_, last = mine.order_by("pk").values_list("pk", flat=True)
        Lease.objects.filter(pk=first).update(shown_at=None)  # so that whoever passes through the table meets it last
        work = makes(project, samples, bob if makes is let_go else alice)
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                assert Lease.objects.select_for_update().get(pk=first)
                other = pool.submit(aside(work))
                wait_until_somebody_waits()
                assert Lease.objects.select_for_update(nowait=True).get(pk=last), makes.__name__
            other.result()
        assert not Lease.objects.filter(pk__in=[first, last]).exists()


def wait_until_somebody_waits() -> None:
    """Return as soon as a statement waits for a lock."""
    waiting = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"  # which no transaction keeps a copy of
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("Nobody waits.")
