"""Backups: the database and the files of DATA_DIR in one archive while people label, and the way back.

Why it is consistent: a row names a file only after that file was written, and what a row names is replaced, never
changed. So whatever a snapshot of the database names lay in DATA_DIR at that moment. What may go wrong is only that a
file is removed between the snapshot and its copy. Therefore every file is pinned (a hard link: no room, no time)
before the snapshot, those that are new are pinned after it, and each name in the snapshot is looked up among the pins.
One that was made and removed in between costs a new snapshot, seldom and never a wrong backup. Vectors alone are
changed in place; they can be computed again, and which rows count is copied first.
"""

from annotation.backups.archive import Manifest
from annotation.backups.making import back_up
from annotation.backups.notes import Note, last_backup
from annotation.backups.restoring import restore

__all__ = ["Manifest", "Note", "back_up", "last_backup", "restore"]
