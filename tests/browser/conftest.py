"""A whole installation for the browser: web server, workers and Chromium, on this run's database, Redis and folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.db.models.signals import post_save
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from annotation.models import Project
from annotation.tours import want_tour
from tests import factories, processes
from tests.browser.dated import add_scenes
from webapp.celery import app

ROOT = Path(__file__).resolve().parents[2]
WINDOW = {"width": 1366, "height": 768}
PATIENCE_MS = 180_000
CALM_LOOKS = 3  # at the sessions, one after the other, that see no work
PROCESSES = "beside the tests"  # how the database names the sessions of web server and workers
OTHERS = f"FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{PROCESSES}'"

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder that all tests in a browser share with the processes; rows go, and numbers never recur."""
    return tmp_path_factory.mktemp("site")


def mounted_beside(folder: Path) -> Path:
    """Return the folder that the processes may read in place."""
    mounted = folder.with_name(f"{folder.name}-mounted")
    mounted.mkdir(exist_ok=True)
    return mounted


@pytest.fixture
def mounted_folder(site_folder: Path, settings: Any) -> Path:
    """Return that folder, for this process, too."""
    settings.MOUNTED_FOLDERS = {"archive": str(mounted_beside(site_folder))}
    return mounted_beside(site_folder)


@pytest.fixture(autouse=True)
def data_dir(site_folder: Path, settings: Any) -> Path:
    """Work in the shared data folder instead of an empty one for each test."""
    settings.DATA_DIR = site_folder
    return site_folder


@pytest.fixture(autouse=True)
def quiet_end(transactional_db: None) -> Iterator[None]:
    """Wait at the end for requests and jobs under way, then end them: emptying the tables would lock against one."""
    yield
    calm, deadline = 0, time.monotonic() + 10
    while calm < CALM_LOOKS and time.monotonic() < deadline:  # a request rests between two statements, too
        time.sleep(0.05)
        calm = 0 if busy_sessions() else calm + 1
    end_other_sessions()


@pytest.fixture(autouse=True)
def toured() -> Iterator[None]:
    """Let nobody be shown the guided tour by itself: it would stand beside what a test looks at."""

    def been_through(instance: AbstractBaseUser, created: bool, **_: Any) -> None:
        if created:
            want_tour(instance, wanted=False)

    post_save.connect(been_through, sender=get_user_model(), weak=False)
    yield
    post_save.disconnect(been_through, sender=get_user_model())


@pytest.fixture(scope="session", autouse=True)
def patient_flush() -> Iterator[None]:
    """Empty the tables once more where a late request locked against it all the same."""
    empty = TransactionTestCase._fixture_teardown

    def empty_patiently(case: TransactionTestCase) -> None:
        for _ in range(4):
            try:
                return empty(case)
            except OperationalError:  # a deadlock ends either of the two
                end_other_sessions()
        return empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_patiently)
        yield


def busy_sessions() -> int:
    """Return how many sessions of the processes are in a statement or a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OTHERS} AND state <> 'idle'")
        return int(cursor.fetchone()[0])


def end_other_sessions() -> None:
    """End the sessions of the processes: none can lock against what follows, and each request opens its own anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {OTHERS}")
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.02)


@pytest.fixture(scope="package")
def site(django_db_setup: None, site_folder: Path) -> Iterator[str]:
    """Run the web server on a free port and return its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    command = ["gunicorn", "webapp.wsgi", "--bind", f"fd://{listener.fileno()}", "--threads", "8"]
    with listener, running(*command, "--log-level", "error", folder=site_folder, pass_fds=[listener.fileno()]):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def workers(transactional_db: None, site_folder: Path) -> Iterator[None]:
    """Run two workers, one of which a long job leaves free, and the clock."""
    app.control.purge()
    command = ["celery", "-A", "webapp", "--quiet", "worker", "-Q", "interactive,batch,gpu", "-c", "2", "-B"]
    options = ["-s", str(site_folder / "beat"), "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    with running(*command, *options, folder=site_folder):
        yield
    app.control.purge()


@contextmanager
def running(*command: str, folder: Path, **options: Any) -> Iterator[None]:
    """Run a Python program in a session of its own; it is gone afterwards with its children."""
    names = {"DATA_DIR": str(folder), "OMP_NUM_THREADS": "1", "PGAPPNAME": PROCESSES}
    names["MOUNTED_FOLDERS"] = f"archive={mounted_beside(folder)}"
    environment = {**processes.environment(), **names}
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, start_new_session=True, **options
    )
    try:
        yield
        assert process.poll() is None, f"{command[0]} ended by itself with status {process.returncode}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; Playwright's own would have to be downloaded."""
    program = shutil.which("chromium") or "/usr/bin/chromium"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's event loop runs in this thread
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def excused() -> list[str]:
    """Return the list of complaints in the console that a test expects, for it to append to."""
    return []


@pytest.fixture
def open_page(transactional_db: None, browser: Browser, site: str, excused: list[str]) -> Iterator[Open]:
    """Return a function that opens a window for a person (or nobody); what its console complains of fails the test."""
    contexts, complaints = [], []

    def open_page(user: AbstractBaseUser | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"base_url": site, "viewport": WINDOW, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if user:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": site}])
        page = context.new_page()
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(part in text for part in excused)] == []


@pytest.fixture
def dated(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project whose tiles were seen three times, by two sensors."""
    project = factories.make_project(alice)
    add_scenes(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


@contextmanager
def held(page: Page, pattern: str) -> Iterator[None]:
    """Keep a page's requests waiting while inside; at the end they go on, at least one."""
    waiting: list[Route] = []
    state = {"held": True}
    page.route(pattern, lambda route: waiting.append(route) if state["held"] else route.continue_())
    yield
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not waiting:
        assert time.monotonic() < deadline, f"nothing was asked of {pattern}"
        page.wait_for_timeout(20)
    state["held"] = False
    for route in waiting:
        route.continue_()


def drafts_in(page: Page) -> list[str]:
    """Return the names under which the browser keeps unfinished answers."""
    names: list[str] = page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('terrascribe:draft:'))")
    return names


def session_of(user: AbstractBaseUser) -> str:
    """Log a person in without the form and return the session's key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
