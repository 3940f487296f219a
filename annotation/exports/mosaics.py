"""Mosaics: the painted classes of each scene in one cloud-optimised GeoTIFF, with names and colours for QGIS."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.windows import Window

from annotation.exports.format import Format, Group
from annotation.exports.imagery import Imagery, Shown
from annotation.exports.legend import palette_style
from annotation.exports.masks import write_tile
from annotation.exports.snapshot import Snapshot, epochs_of
from mlcore.raster.cog import BLOCK, finish

Key = tuple[Shown, tuple[int, ...]]

ABOUT = (
    "mosaics/<scene>.tif: the class codes of all labelled tiles of one scene, in the pixels of the project's grid, as "
    "a cloud-optimised GeoTIFF with colour table and class names (tags CLASS_<code>); 0 is unlabelled. QGIS finds "
    "names and colours in the .qml beside it. Where labels speak of epochs, their ids follow. Ready-made chips "
    "have masks/."
)


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write one raster a scene, and epoch or pair of them, in which something is labelled."""
    (folder / "mosaics").mkdir()
    tiles: dict[Key, list[tuple[int, int, dict[str, Any]]]] = defaultdict(list)
    imagery = Imagery(snapshot.project)
    for record in snapshot:
        if snapshot.is_ready_made(record):
            (folder / "masks").mkdir(exist_ok=True)
            write_tile(snapshot, record, folder / "masks")
            continue
        for shown in imagery.of(record["grid"], record["column"], record["row"], epochs_of(record)):
            tiles[shown, epochs_of(record)].append((record["column"], record["row"], record["value"]))
    for (shown, epochs), held in tiles.items():
        stem = "-".join((shown.stem, *map(str, epochs)))
        path = folder / "mosaics" / f"{stem}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_mosaic(snapshot, shown, held, path)
        path.with_suffix(".qml").write_text(palette_style(snapshot), encoding="utf-8")
    return ABOUT


def _write_mosaic(snapshot: Snapshot, shown: Shown, tiles: list[tuple[int, int, dict[str, Any]]], path: Path) -> None:
    spec = snapshot.grids[shown.grid].spec()
    side = spec.tile_px
    size = {"width": (shown.right - shown.left) * side, "height": (shown.bottom - shown.top) * side}
    placed = {"crs": spec.crs, "transform": spec.tile_transform(shown.left, shown.top)} if spec.crs else {}
    scratch = path.with_suffix(".scratch.tif")
    layout = {"tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK, "sparse_ok": True, "bigtiff": "IF_SAFER"}
    profile = {"driver": "GTiff", "count": 1, "dtype": "uint8", "nodata": 0, **layout, **size, **placed}
    with rasterio.open(scratch, "w", **profile) as file:
        file.write_colormap(1, {code: (*colour, 255) for code, colour in snapshot.colours.items()})
        file.set_band_description(1, "class")
        file.update_tags(1, **{f"CLASS_{code}": name for code, name in snapshot.names.items()})
        for column, row, value in tiles:
            pixels = np.zeros((side, side), np.uint8)
            for code, region in snapshot.task.regions(value, snapshot.codes):
                pixels[region] = code
            file.write(pixels, 1, window=Window((column - shown.left) * side, (row - shown.top) * side, side, side))
    try:
        finish(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


FORMAT = Format(
    group=Group.MAPS,
    title="Mosaics",
    text="One class-index raster a scene, cloud-optimised, with names and colours: for QGIS and maps.",
    lacks=(
        "who said what, when and how surely",
        "samples without a label",
        "earlier versions and other people's answers",
    ),
    write=write,
)
