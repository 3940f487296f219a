"""Cuts: whose things are pruned and what counts as old, and the figures of what that frees."""

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from annotation import clock, storage
from annotation.deletions import hold_project
from annotation.models import Project

YOUNG = timedelta(days=1)  # nothing that is still being written, or on somebody's screen, is older
_BATCH = 2000


@dataclass(frozen=True)
class Freed:
    """How much was freed."""

    rows: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Freed") -> "Freed":
        """Return both together."""
        return Freed(self.rows + other.rows, self.files + other.files, self.bytes + other.bytes)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.rows} rows and {self.files} files ({self.bytes / 2**20:.1f} MB)"


@dataclass(frozen=True)
class Cut:
    """Projects at the moment of their pruning: one, but for the rules on what projects share."""

    projects: tuple[Project, ...]
    dry: bool = False  # count, and leave everything in place
    now: datetime = field(default_factory=clock.now)

    @property
    def project(self) -> Project:
        """Return the one project."""
        (project,) = self.projects
        return project

    @property
    def limit(self) -> datetime:
        """Return the moment before which things are old."""
        return self.now - YOUNG

    def is_old(self, path: Path) -> bool:
        """Return whether a file or folder, and all in it, was last written to long ago; what is gone is not."""
        if storage.is_shared():
            newest = max((entry.modified for entry in storage.below(path)), default=math.inf)
        else:
            try:
                newest = max(os.lstat(one).st_mtime for one in (path, *(path.rglob("*") if path.is_dir() else ())))
            except FileNotFoundError:
                return False
        return newest < self.limit.timestamp()

    def is_past(self, entry: storage.Entry) -> bool:
        """Return whether a file of a listing was last written to long ago."""
        return entry.modified < self.limit.timestamp()

    def drop_rows(self, rows: QuerySet[Any]) -> Freed:
        """Delete rows some at a time, so that nobody waits for their locks."""
        if self.dry:
            return Freed(rows=rows.count())
        count = 0
        while some := list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
            with transaction.atomic():
                hold_project(self.project)  # as whoever deletes: so the two never wait for each other in a ring
                rows.filter(pk__in=some).order_by().delete()
            count += len(some)
        return Freed(rows=count)

    def drop_files(self, paths: Iterable[Path]) -> Freed:
        """Delete files and folders."""
        freed = Freed()
        for path in paths:
            freed += measure(path)
            if not self.dry:
                storage.remove(path)
        return freed


def measure(path: Path) -> Freed:
    """Return how many files lie in a folder, or at a path, and the room that they take."""
    if storage.is_shared():
        listed = [entry.size for entry in storage.below(path)]
        return Freed(files=len(listed), bytes=sum(listed))
    files = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
    sizes = []
    for one in files:
        try:
            stat = os.lstat(one)
        except FileNotFoundError:
            continue
        sizes.append(min(stat.st_size, stat.st_blocks * 512) if stat.st_blocks else stat.st_size)
    return Freed(files=len(sizes), bytes=sum(sizes))
