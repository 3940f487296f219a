"""Disk: what of DATA_DIR is used by what, looked up now and then since that takes a walk."""

import shutil
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from annotation import storage
from annotation.errors import StorageAway

KEPT_SECONDS = 600
MOST_SECONDS = 3.0  # of a walk: beyond, the figures say "at least"
_KEY = "operating:disk"
OF_FOLDER = {"assets": "Imagery", "masks": "Masks", "exports": "Exports", "uploads": "Uploads being taken in"}
OF_PROJECT = {"vectors": "Vectors and maps", "fits": "Newest fits", "live": "Newest fits", "rounds": "What rounds saw"}
OTHERS = "Models and insights"


@dataclass(frozen=True)
class Disk:
    """How full the disk of DATA_DIR is, and with what."""

    free: int  # bytes
    total: int
    used_by: list[tuple[str, int]]  # kind and bytes, the largest first
    whole: bool  # nothing was left out for lack of time

    @property
    def is_low(self) -> bool:
        """Return whether less than a tenth and 5 GB are free."""
        return self.free < self.total / 10 and self.free < 5 * 2**30


def free() -> tuple[int, int]:
    """Return the free and all bytes of the disk of DATA_DIR."""
    folder = Path(settings.DATA_DIR)
    usage = shutil.disk_usage(folder if folder.exists() else "/")
    return usage.free, usage.total


def disk() -> Disk:
    """Return how full the disk is; what uses it may be some minutes old."""
    known = cache.get(_KEY)
    if known is None:
        known = _measured()
        cache.set(_KEY, known, KEPT_SECONDS)
    sums, whole = known
    return Disk(*free(), [(kind, size) for kind, size in sums], whole)


def _measured() -> tuple[list[tuple[str, int]], bool]:
    data, sums, until = Path(settings.DATA_DIR), Counter[str](), time.monotonic() + MOST_SECONDS
    try:
        for entry in storage.entries(data):
            sums[_kind(entry.path.parent.relative_to(data).parts)] += entry.size
            if time.monotonic() > until:
                return sums.most_common(), False
    except StorageAway:  # the services say so
        return sums.most_common(), False
    return sums.most_common(), True


def _kind(parts: tuple[str, ...]) -> str:
    if parts[:1] == ("projects",):
        return OF_PROJECT.get(parts[2], OTHERS) if len(parts) > 2 else OTHERS
    return OF_FOLDER.get(parts[0], "Other") if parts else "Other"
