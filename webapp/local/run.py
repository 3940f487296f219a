"""`make run`: bring everything up on this machine, say where it is, and take all of it down again on Ctrl-C.

The supervisor starts again whatever ends; this process starts the supervisor again. If this one is killed, all goes on,
and the next `make run` of the folder takes its place.
"""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from webapp.local import app, services, supervision
from webapp.local.app import Wanted
from webapp.local.errors import LocalError, PortTaken, ServiceFailed
from webapp.local.exposure import refuse_exposure
from webapp.local.output import Output
from webapp.local.place import ROOT, VAR
from webapp.local.programs import procfile

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
URL = f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}/"  # noqa: S104 (compared, not bound)
INVITES = ".venv/bin/python manage.py invite --administrator prints a link for whoever runs it"
LOOK_SECONDS = 0.25
PORT_SECONDS = 3.0  # that a process which was told to end may keep its port


def main() -> None:
    """Run until Ctrl-C, a termination signal, or `make stop`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with only_one() as first:
        if not first:
            print(f"Terrascribe is already running at {app.wanted() or URL}\nmake stop stops it.")
            return
        output = Output(VAR / "log", procfile())
        there = app.running()
        if not there:
            app.stop()  # what a killed supervisor left
            refuse_exposure(HOST, os.environ)
            check_port()
        with services.running():
            if not there:
                prepare()
                app.want(Wanted(URL, "" if "DEMO_PASSWORD" in os.environ else "   login: demo   password: demo"), PORT)
            try:
                watch(output)
            finally:
                app.want_no_more()
                app.stop()


@contextmanager
def only_one() -> Iterator[bool]:
    """Hold this folder's lock, so that two never look after one data folder; False when another holds it."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def check_port() -> None:
    """Say so before anything starts if the web server could not have its port; what was just ended may keep it."""
    until = time.monotonic() + PORT_SECONDS
    while True:
        try:
            return _try_port()
        except PortTaken:
            if time.monotonic() > until:
                raise
        time.sleep(LOOK_SECONDS)


def _try_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortTaken(f"Can't listen on {HOST}:{PORT}: {error.strerror}. Set HOST or PORT.") from error
            raise PortTaken(f"Port {PORT} is in use. Choose another: make run PORT={PORT + 1}") from error


def prepare() -> None:
    """Migrate the database and load the demo."""
    done = subprocess.run([sys.executable, "-m", "webapp.local.prepare"], cwd=ROOT, check=False)
    if done.returncode:
        raise ServiceFailed("The database could not be prepared; the reason is above.")


def watch(output: Output) -> None:
    """Show what the programs say and keep their supervisor up until nobody wants them any more."""
    supervisor = supervision.private()
    threading.Thread(target=announce, daemon=True).start()
    try:
        while app.wanted():
            if not (pid := supervisor.pid()) or not app.running():
                bring_up()
            while app.wanted() and pid and not supervision.ended(pid, LOOK_SECONDS):
                output.show()
    except KeyboardInterrupt:
        print("\nStopping...", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)


def bring_up() -> None:
    """Start what is gone; what can't be started just now is told, and tried again by whoever called."""
    try:
        services.restore()
        app.start()
    except LocalError as error:
        print(error, file=sys.stderr, flush=True)
        time.sleep(LOOK_SECONDS)


def announce() -> None:
    """Print the address and the login when the web server answers."""
    while wish := app.wanted():
        if answers(f"{wish.url}healthz/"):
            print(
                f"\n  Terrascribe is at {wish}\n  {INVITES}\n  Ctrl-C stops it; the data stays in {VAR}\n", flush=True
            )
            return
        time.sleep(0.2)


def answers(url: str) -> bool:
    """Return True if the web server answers, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own address)
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("Stopped.")
    except LocalError as error:
        sys.exit(str(error))
