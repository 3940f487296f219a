"""Sorting: what the files of a folder or an archive are, by their names: scenes, chips, and what lies beside them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from annotation.ingest.naming import plain_path
from mlcore.containers import CONTAINERS, Group, grouped, is_product, says_stac

IMAGES = {".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jp2"}
_SINGLE = {ending for container in CONTAINERS.values() for ending in container.endings} - {".hdr"}
Beside = dict[PurePosixPath, list[str]]


@dataclass(frozen=True)
class Contents:
    """The files of a folder or an archive."""

    scenes: list[Group]  # each of one file or several; a container of '' is to be seen from its content
    chips: list[Group]
    beside: Beside = field(default_factory=dict)  # other files by their path without its ending

    @property
    def count(self) -> int:
        """Return how many chips there are."""
        return len(self.chips)

    @property
    def names(self) -> set[str]:
        """Return the files that are read."""
        return {name for group in (*self.scenes, *self.chips) for name in group.members}

    @property
    def is_store(self) -> bool:
        """Return whether all of it is one Zarr store."""
        return len(self.scenes) == 1 and self.scenes[0].container == "zarr" and not self.chips

    @property
    def summary(self) -> str:
        """Return in words what it becomes."""
        scenes = f"{len(self.scenes):,} scene{'s' if len(self.scenes) > 1 else ''}" if self.scenes else ""
        chips = f"{self.count:,} images to take in as chips" if self.chips else ""
        return " and ".join(filter(None, [scenes, chips])) + ("" if chips else " to take in")


def sort_out(names: Iterable[str]) -> Contents:
    """Return what files are, by their paths in a folder or an archive."""
    names = [name for name in names if not _is_hidden(name)]
    groups = _without_guesses(grouped(names), names)
    taken = {name for group in groups for name in (*group.members, *group.left_out)}
    alone = [name for name in names if name not in taken]
    images = [Group("", name, (name,)) for name in alone if name.lower().endswith(tuple(IMAGES))]
    single = [Group("", name, (name,)) for name in alone if name.lower().endswith(tuple(_SINGLE))]
    kinds = Counter(group.container for group in groups)
    whole, stacked = list[Group](), list[Group]()
    for group in groups:
        (stacked if _is_chip(group, kinds[group.container] > 1, bool(images)) else whole).append(group)
    chips = [*images, *stacked]
    used = taken | {group.name for group in (*images, *single)}
    return Contents(
        sorted([*whole, *single], key=lambda group: natural(group.name)),
        sorted(chips, key=lambda group: natural(group.members[0])),
        _beside(name for name in names if name not in used),
    )


def _without_guesses(groups: list[Group], names: list[str]) -> list[Group]:
    """Leave out what a plain .json makes of an image among several: these are chips, and it may hold their labels."""
    several = sum(name.lower().endswith(tuple(IMAGES)) for name in names) > 1
    return [group for group in groups if not several or group.container != "described" or says_stac(group)]


def _is_chip(group: Group, many: bool, among_images: bool) -> bool:
    """Return whether a group is a ready-made chip: one of many like it, and none of a product that is known."""
    if group.container in ("placed", "described"):
        return many or among_images
    return group.container == "bands" and (many or among_images) and not is_product(group.members[0])


def _is_hidden(name: str) -> bool:
    if "." not in name[:1] and "/." not in name and "__MACOSX" not in name:
        return False
    parts = PurePosixPath(name).parts
    dotted = (part for part in parts if part.startswith(".") and part not in ("..", ".zgroup", ".zarray", ".zattrs"))
    return any(part != ".zmetadata" for part in dotted) or "__MACOSX" in parts


def natural(name: str) -> list[tuple[int, str]]:
    """Sort 'chip10' after 'chip9'."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name.lower())]


def _beside(names: Iterable[str]) -> Beside:
    """Return the files that are not read, by their path without its ending."""
    others: Beside = defaultdict(list)
    for name in names:
        path = PurePosixPath(name)
        others[path.with_suffix("")].append(plain_path(path.name))
    return others
