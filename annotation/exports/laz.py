"""LAZ: point clouds as they came, with the class of the label in the place of that of each point under it."""

from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from annotation.errors import NotReady
from annotation.exports.format import Format, Group
from annotation.exports.imagery import Imagery
from annotation.exports.snapshot import Snapshot, epochs_of
from annotation.models import Project, Scene
from mlcore.errors import NotOffered
from mlcore.readers.points import PointsInfo

Tiles = dict[tuple[int, int], dict[str, Any]]  # values by column and row

ABOUT = (
    "clouds/<scene>.laz: the points of each cloud as they came, in their order and with all their attributes; the "
    "returns under a label have its class code as their classification, and all have it in 'label', 0 where nothing is "
    "said and the classification is that of the file. A class that returns were given by themselves, in a lasso from "
    "above or in a profile, wins over that of the pixel they lie in. A table in the file (LASF_Spec 0) has the first "
    "15 letters of the classes' names. Where labels speak of epochs, their ids follow."
)
_MASKS = 2048  # of tiles that are kept at hand


def clouds_of(project: Project) -> Any:
    """Return the scenes that are point clouds on a lattice."""
    return project.scenes.filter(asset__kind=PointsInfo.kind, grid__ready_made=False)


def has_clouds(project: Project) -> bool:
    """Return whether there are any."""
    return bool(clouds_of(project).exists())


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write one cloud a scene, and epoch or pair of them, in which something is labelled."""
    if not has_clouds(snapshot.project):
        raise NotReady("The project has no point clouds; add some, and make this export again.")
    (folder / "clouds").mkdir()
    tiles: dict[tuple[int, tuple[int, ...]], Tiles] = defaultdict(dict)
    for record in snapshot:
        tiles[record["grid"], epochs_of(record)][record["column"], record["row"]] = record["value"]
    imagery, left_out, made = Imagery(snapshot.project), list[str](), 0
    stems = Counter[str]()
    for scene in clouds_of(snapshot.project).select_related("asset", "grid").order_by("id"):
        plain = _plain(scene, stems)
        for (grid, epochs), held in tiles.items():
            if grid != scene.grid_id or not imagery.shows(scene.pk, epochs):
                continue
            path = folder / "clouds" / f"{'-'.join(map(str, (plain, *epochs)))}.laz"
            try:
                made += _write_cloud(snapshot, scene, held, path) > 0
            except NotOffered as error:
                left_out.append(f"{scene.name}: {error}")
                path.unlink(missing_ok=True)
    if left_out and not made:
        raise NotReady(" ".join(left_out))
    return ABOUT + (f" Left out: {' '.join(left_out)}" if left_out else "")


def _plain(scene: Scene, taken: "Counter[str]") -> str:
    """Return what a cloud's file is called: as it was, unless another one is."""
    stem = Path(scene.name).name.removesuffix(".laz").removesuffix(".las").removesuffix(".copc")
    taken[stem.casefold()] += 1
    return stem if taken[stem.casefold()] == 1 else f"{stem}-{scene.pk}"


def _write_cloud(snapshot: Snapshot, scene: Scene, held: Tiles, path: Path) -> int:
    """Write a cloud, and return how many of its points have a label; one without any is not kept."""
    from mlcore.containers.labelled_clouds import (  # web processes list the formats
        Ground,
        TileSaid,
        take_out,
        write_labelled,
    )

    spec = snapshot.grids[scene.grid_id].spec()

    @lru_cache(maxsize=_MASKS)
    def said(column: int, row: int) -> TileSaid | None:
        value = held.get((column, row))
        if value is None:
            return None
        pixels = np.zeros((spec.tile_px, spec.tile_px), np.uint8)
        for code, region in snapshot.task.regions(value, snapshot.codes):
            pixels[... if region is None else region] = code
        return TileSaid(pixels, snapshot.task.lassos(value, snapshot.codes, scene.pk))

    scratch = path.with_suffix(".scratch")
    try:
        take_out(scene.asset.file, scratch)
        names = {item["code"]: item["name"] for item in snapshot.used_classes}
        count = write_labelled(scratch, path, Ground(scene.asset.info(), spec), said, names)
    finally:
        scratch.unlink(missing_ok=True)
    if not count:
        path.unlink()
    return count


FORMAT = Format(
    group=Group.MAPS,
    title="LAZ point clouds",
    text="The points of your clouds as they came, with the class of the label: for LAStools, PDAL, CloudCompare.",
    lacks=(
        "who said what, when and how surely",
        "samples without a label",
        "earlier versions and other people's answers",
        "the index of COPC: files are plain LAZ",
    ),
    write=write,
    has=has_clouds,
)
