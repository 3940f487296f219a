"""Where a private service keeps its data and its socket."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from dotenv import load_dotenv

from webapp.local.errors import ServiceFailed

ROOT = Path(__file__).resolve().parents[2]
# Here and not in the settings, because the services read it too, and before Django starts.
load_dotenv(ROOT / ".env")
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var")).absolute()

# A unix socket's path may have 107 bytes on Linux; PostgreSQL appends "/.s.PGSQL.5432" to the folder's.
LONGEST_SOCKET_FOLDER = 90


@dataclass(frozen=True)
class Place:
    """The folders of one service, and the system user who must be able to reach them (None: ourselves)."""

    home: Path
    user: str | None = None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home.resolve() / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the unix socket: beside the data, or a short stand-in where that path is too long."""
        folder = self.home.resolve() / "run"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        return Path("/tmp") / f"terrascribe-{digest(folder)}"  # noqa: S108 (make() refuses a folder of somebody else)

    @property
    def log(self) -> Path:
        """The service's log file."""
        return self.home.resolve() / "log"

    def make(self) -> None:
        """Create the folders, closed to everybody but the service's user."""
        owner = pwd.getpwnam(self.user) if self.user else pwd.getpwuid(os.getuid())
        if self.user and not self.home.exists() and not reachable(self.home.parent, owner):
            link_elsewhere(self.home)
        for folder in (self.home, self.data, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            elif folder.stat().st_uid != owner.pw_uid:
                raise ServiceFailed(
                    f"{folder} belongs to another user: remove it, or set VAR_DIR to a folder of yours."
                )
            folder.chmod(0o700)


def digest(path: Path) -> str:
    """Return a short name for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Return True if the user may walk down to the folder."""
    for step in [folder, *folder.parents]:
        if not step.exists():
            continue
        status = step.stat()
        bit = stat.S_IXUSR if status.st_uid == user.pw_uid else stat.S_IXOTH
        if not status.st_mode & bit:
            return False
    return True


def link_elsewhere(home: Path) -> None:
    """Put a link to a folder under /var/lib where the service's user can't walk to the home (as below /root)."""
    target = Path("/var/lib") / f"terrascribe-{digest(home)}"
    target.mkdir(mode=0o700, exist_ok=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    home.symlink_to(target)


def become_user(name: str | None) -> None:
    """Give up root's rights for those of a system user; without root, or for None, change nothing."""
    if name is None or os.geteuid() != 0:
        return
    user = pwd.getpwnam(name)
    os.initgroups(name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
