"""What every test shares: a place of its own in the database server, in Redis and on disk."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase, override_settings
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from annotation.models import Project, Sample, Scene
from annotation.models.projects import Role
from tests import buckets, emptying, factories, processes, snapshots
from webapp.celery import broker_url

ROOT = Path(__file__).resolve().parents[1]
FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
SCENE = pytest.StashKey[snapshots.Snapshot | Literal[False]]()
PLAIN = pytest.StashKey[int]()  # the project of a test, as the fixture here makes it
LONGEST = (  # rooms and files of tests, the longest first; `--no-loadscope-reorder` keeps to it
    "tests/integration/",
    "tests/webapp/local/",
    "tests/browser/test_panes",
    "tests/browser/test_l",
    "tests/browser/test_tags",
    "tests/browser/",
    "tests/migrations/",
    "tests/annotation/tasks/",
    "tests/annotation/improving/",
    "tests/annotation/explaining/",
    "tests/webapp/test_garbage",
    "tests/mlcore/pretrain/",
    "tests/mlcore/heads/",
    "tests/annotation/learning/",
    "tests/webapp/test_audit_blindness",
    "tests/webapp/test_races",
    "tests/mlcore/model/",
)
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def redis_url_of_tests() -> str:
    """Return the configured Redis with a database number of this run's own."""
    number = int(os.environ.get("TEST_REDIS_DB", "1")) + WORKER
    if settings.REDIS_URL.startswith("unix://"):
        return f"{settings.REDIS_URL.partition('?')[0]}?db={number}"
    return urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests away from a running installation's data: another Redis database, another folder."""
    config.stash[FOLDER] = tempfile.TemporaryDirectory(prefix="terrascribe-test-")
    redis_url = redis_url_of_tests()
    settings.DATABASES["default"].setdefault("OPTIONS", {})["options"] = processes.HASTY
    override_settings(
        REDIS_URL=redis_url,
        CACHES={
            **settings.CACHES,
            **{name: {**settings.CACHES[name], "LOCATION": redis_url} for name in ("default", "brake")},
        },
        CELERY_BROKER_URL=broker_url(redis_url),
        DATA_DIR=Path(config.stash[FOLDER].name),
        STORAGE_URL="",
        ENCODERS_DIR=None,
        REMOTE_HOSTS=[],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ).enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder of this run."""
    config.stash[FOLDER].cleanup()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let workers begin with the files that take longest: one of them at the end would leave the others idle."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: next((at for at, room in enumerate(LONGEST) if room in item.nodeid), len(LONGEST)))


@pytest.fixture(autouse=True)
def data_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, settings) -> Path:
    """Give each test an empty data folder, or a copy of that of the world which its module shares."""
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    if "world" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("world").data, settings.DATA_DIR, dirs_exist_ok=True)
    return settings.DATA_DIR


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the database, and empty its tables in our own way after tests that commit."""
    with django_db_blocker.unblock():
        emptying.leave_alone()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying.empty_tables())
        yield


@pytest.fixture(scope="module", autouse=True)
def short_tables(django_db_blocker: DjangoDbBlocker) -> None:
    """Let each file of tests begin with tables that no scan of them takes long."""
    with django_db_blocker.unblock():
        connection.close_if_unusable_or_obsolete()
        if connection.connection and not connection.in_atomic_block:
            emptying.cut_off()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[buckets.Server]:
    """Return an S3 server, the same for all tests of this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in buckets.KEYS.items():
            patch.setenv(name, value)
        with buckets.serving() as server:
            yield server


@pytest.fixture
def bucket(s3_server: buckets.Server, data_dir: Path, settings) -> str:
    """Let files lie in an empty bucket; the data folder is the cache of this machine."""
    settings.STORAGE_URL, settings.S3_ENDPOINT = s3_server.new_bucket(), s3_server.endpoint
    return settings.STORAGE_URL


@pytest.fixture(autouse=True)
def empty_cache(request: pytest.FixtureRequest) -> None:
    """Forget what an earlier test that used the database left in the cache, such as wrong passwords."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()


@pytest.fixture
def process_environment(transactional_db: None, settings) -> dict[str, str]:
    """Return the environment of a process beside this test, which commits what it writes."""
    return processes.environment()


@pytest.fixture
def alice(db: None) -> AbstractBaseUser:
    """Return who owns the project."""
    return factories.make_user("alice")


@pytest.fixture
def bob(db: None) -> AbstractBaseUser:
    """Return who annotates."""
    return factories.make_user("bob")


@pytest.fixture
def carol(db: None) -> AbstractBaseUser:
    """Return who reviews."""
    return factories.make_user("carol")


@pytest.fixture
def dave(db: None) -> AbstractBaseUser:
    """Return who only looks."""
    return factories.make_user("dave")


@pytest.fixture
def mallory(db: None) -> AbstractBaseUser:
    """Return a stranger with an account."""
    return factories.make_user("mallory")


@pytest.fixture
def project(
    request: pytest.FixtureRequest,
    alice: AbstractBaseUser,
    bob: AbstractBaseUser,
    carol: AbstractBaseUser,
    dave: AbstractBaseUser,
) -> Project:
    """Return alice's classification project with its cast: classes 1 Open water, 2 Forest, 3 Bare rock."""
    made = factories.make_project(alice)
    request.node.stash[PLAIN] = made.pk
    for user, role in ((bob, Role.ANNOTATOR), (carol, Role.REVIEWER), (dave, Role.VIEWER)):
        factories.join(made, user, role)
    return made


@pytest.fixture
def scene(
    request: pytest.FixtureRequest, project: Project, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    """Return a scene of the project with 4 x 3 tiles of 32 px."""
    if request.node.stash.get(PLAIN, None) != project.pk or Scene.objects.exists():
        return factories.make_scene(project, tmp_path)
    kept = request.config.stash.get(SCENE, None)
    if kept is None:
        folder = tmp_path_factory.mktemp("snapshot") / "data"
        kept = snapshots.take(project, folder, lambda: factories.make_scene(project, tmp_path))
        request.config.stash[SCENE] = kept or False
    elif kept and kept.project == snapshots.facts(project):
        factories.write_scene(tmp_path)
        kept.put_back(project, settings.DATA_DIR)
    else:
        factories.make_scene(project, tmp_path)
    return Scene.objects.get(project=project)


@pytest.fixture
def samples(scene: Scene) -> list[Sample]:
    """Return the project's twelve samples."""
    return list(scene.project.samples.all())


@pytest.fixture
def api() -> Callable[[AbstractBaseUser | None], APIClient]:
    """Return a function that gives an API client logged in as somebody."""

    def client(user: AbstractBaseUser | None = None) -> APIClient:
        made = APIClient()
        if user:
            made.force_login(user)
        return made

    return client
