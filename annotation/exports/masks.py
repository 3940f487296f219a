"""Masks: class-index GeoTIFFs with the exact geotransform; 0 is unlabelled."""

from collections import defaultdict
from pathlib import Path

import numpy as np
from affine import Affine

from annotation.exports.snapshot import Snapshot
from annotation.tasks.masks import painted_mask
from mlcore.raster.write import write_mask

ABOUT_PIXELS = (
    "masks/tile-<index>.tif: the class codes of one tile in its grid's own pixels, with geotransform, CRS and colour "
    "table; 0 is unlabelled. annotations.jsonl says which tile is which."
)
ABOUT_TILES = (
    "masks/scene-<id>.tif: the class codes of one scene's tiles, one pixel a tile, with geotransform, CRS and colour "
    "table; 0 is unlabelled."
)


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write a raster a tile where labels are painted, and else one a scene, a pixel a tile."""
    (folder / "masks").mkdir()
    if snapshot.task.paints:
        _write_tiles(snapshot, folder / "masks")
        return ABOUT_PIXELS
    _write_scenes(snapshot, folder / "masks")
    return ABOUT_TILES


def _write_tiles(snapshot: Snapshot, folder: Path) -> None:
    for record in snapshot:
        spec, column, row = snapshot.cell(record)
        path = folder / f"tile-{record['index']:07d}.tif"
        _write(
            snapshot, path, painted_mask(record["value"], snapshot.codes), spec.tile_transform(column, row), spec.crs
        )


def _write_scenes(snapshot: Snapshot, folder: Path) -> None:
    labels: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for record in snapshot:
        labels[record["grid"]].append(
            (record["column"], record["row"], snapshot.task.pixel(record["value"], snapshot.codes))
        )
    tiles = {grid: np.array(rows) for grid, rows in labels.items()}
    for scene in snapshot.project.scenes.select_related("grid", "asset").order_by("id"):
        if scene.grid_id not in tiles:
            continue
        columns, rows, codes = tiles[scene.grid_id].T
        columns, rows = columns - scene.first_column, rows - scene.first_row
        inside = (columns >= 0) & (columns < scene.columns) & (rows >= 0) & (rows < scene.rows)
        if not inside.any():
            continue
        classes = np.zeros((scene.rows, scene.columns), np.uint8)
        classes[rows[inside], columns[inside]] = codes[inside]
        spec, column, row = snapshot.cell({"grid": scene.grid_id, "column": scene.first_column, "row": scene.first_row})
        placed = spec.tile_transform(column, row) @ Affine.scale(spec.tile_px)
        _write(snapshot, folder / f"scene-{scene.pk}.tif", classes, placed, spec.crs)


def _write(snapshot: Snapshot, path: Path, classes: np.ndarray, placed: Affine, crs: str | None) -> None:
    write_mask(path, classes, placed, crs, colours=snapshot.colours, names=snapshot.names)
