"""Masks: class-index GeoTIFFs with the exact geotransform; 0 is unlabelled."""

from collections import defaultdict
from pathlib import Path

import numpy as np
from affine import Affine

from annotation.exports.snapshot import Snapshot
from mlcore.raster.write import write_mask, write_numbers

ABOUT_PIXELS = (
    "masks/tile-<index>.tif: the class codes of one tile in its grid's own pixels, with geotransform, CRS and colour "
    "table; 0 is unlabelled. annotations.jsonl says which tile is which."
)
ABOUT_NUMBERS = (
    "masks/scene-<id>.tif: what was said of one scene's tiles as real numbers, one pixel a tile, with geotransform, "
    "CRS and unit; NaN where nothing was said."
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
    return ABOUT_NUMBERS if np.isnan(snapshot.task.nodata) else ABOUT_TILES


def _write_tiles(snapshot: Snapshot, folder: Path) -> None:
    for record in snapshot:
        spec, column, row = snapshot.cell(record)
        path = folder / f"tile-{record['index']:07d}.tif"
        mask = np.zeros((spec.tile_px, spec.tile_px), np.uint8)
        for code, pixels in snapshot.task.regions(record["value"], snapshot.codes):
            mask[pixels] = code
        _write(snapshot, path, mask, spec.tile_transform(column, row), spec.crs)


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
        columns, rows, pixels = tiles[scene.grid_id].T
        columns, rows = columns.astype(int) - scene.first_column, rows.astype(int) - scene.first_row
        inside = (columns >= 0) & (columns < scene.columns) & (rows >= 0) & (rows < scene.rows)
        if not inside.any():
            continue
        says = np.full((scene.rows, scene.columns), snapshot.task.nodata)
        says[rows[inside], columns[inside]] = pixels[inside]
        spec, column, row = snapshot.cell({"grid": scene.grid_id, "column": scene.first_column, "row": scene.first_row})
        placed = spec.tile_transform(column, row) @ Affine.scale(spec.tile_px)
        _write(snapshot, folder / f"scene-{scene.pk}.tif", says, placed, spec.crs)


def _write(snapshot: Snapshot, path: Path, says: np.ndarray, placed: Affine, crs: str | None) -> None:
    if np.isnan(snapshot.task.nodata):
        write_numbers(path, says.astype(np.float32), placed, crs, tags=snapshot.shared)
    else:
        write_mask(path, says.astype(np.uint8), placed, crs, colours=snapshot.colours, names=snapshot.names)
