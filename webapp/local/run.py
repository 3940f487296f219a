"""`make run`: bring everything up on this machine, say where it is, and take all of it down again on Ctrl-C."""

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
from pathlib import Path
from types import FrameType

from webapp.local import services
from webapp.local.errors import AlreadyRunning, LocalError, PortTaken, ServiceFailed
from webapp.local.place import ROOT, VAR

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
URL = f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}/"  # noqa: S104 (compared, not bound)


def main() -> None:
    """Run until Ctrl-C, a termination signal, or the end of one of the processes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with only_one():
        check_port()
        with services.running():
            prepare()
            supervise()


@contextmanager
def only_one() -> Iterator[None]:
    """Hold this folder's lock, so that two supervisors never share one data folder."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(f"Terrascribe is already running: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{URL} (process {os.getpid()})")
        lock.flush()
        yield


def check_port() -> None:
    """Say so before anything starts if the web server could not have its port."""
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


def supervise() -> None:
    """Run the Procfile with honcho in a session of its own, so that only we hear Ctrl-C and stop it in order."""
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PORT": str(PORT), "PATH": f"{scripts}:{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}
    honcho = subprocess.Popen([scripts / "honcho", "start"], cwd=ROOT, env=environment, start_new_session=True)
    threading.Thread(target=announce, args=(honcho,), daemon=True).start()
    try:
        honcho.wait()
        raise ServiceFailed("A process ended by itself, so everything was stopped; the reason is above.")
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        print("\nStopping...", flush=True)
    finally:
        honcho.terminate()
        honcho.wait()


def announce(honcho: subprocess.Popen[bytes]) -> None:
    """Print the address and the login when the web server answers."""
    while honcho.poll() is None:
        time.sleep(0.2)
        if answers(f"{URL}healthz/"):
            login = "" if "DEMO_PASSWORD" in os.environ else "   login: demo   password: demo"
            print(f"\n  Terrascribe is at {URL}{login}\n  Ctrl-C stops it; the data stays in {VAR}\n", flush=True)
            return


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
