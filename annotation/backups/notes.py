"""Notes: when the last backup was made, for whoever looks after the installation."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from annotation import storage
from annotation.errors import StorageAway


@dataclass(frozen=True)
class Note:
    """The last backup that became whole."""

    made_at: str
    bytes: int
    version: str

    @property
    def moment(self) -> datetime:
        """Return when the snapshot was taken."""
        return datetime.fromisoformat(self.made_at)


def last_backup() -> Note | None:
    """Return the note of the last backup, None before the first."""
    try:
        return Note(**json.loads(storage.refresh(_path()).read_text()))
    except (StorageAway, OSError, ValueError, TypeError):
        return None


def keep(note: Note) -> None:
    """Write down that a backup was made."""
    storage.write(_path(), json.dumps(asdict(note)).encode())


def _path() -> Path:
    return Path(settings.DATA_DIR) / ".last-backup.json"
