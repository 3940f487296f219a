"""Masks: class-index GeoTIFFs with the exact geotransform; 0 is unlabelled."""

from collections import defaultdict
from pathlib import Path

import numpy as np
from affine import Affine

from annotation.exports.format import Format, Group
from annotation.exports.imagery import Imagery
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot, epochs_of
from annotation.models import Scene
from annotation.models.projects import Scope
from mlcore.raster.write import write_numbers

Epochs = tuple[int, ...]

ABOUT_PIXELS = (
    "masks/<scene>-c<column>-r<row>.tif: the class codes of one tile in its grid's own pixels, with geotransform, CRS "
    "and colour table; 0 is unlabelled. 'stem' in samples.jsonl says which tile is which."
)
ABOUT_NUMBERS = (
    "masks/scene-<id>.tif: what was said of one scene's tiles as real numbers, one pixel a tile, with geotransform, "
    "CRS and unit; NaN where nothing was said."
)
ABOUT_TILES = (
    "masks/scene-<id>.tif: the class codes of one scene's tiles, one pixel a tile, with geotransform, CRS and colour "
    "table; 0 is unlabelled."
)
ABOUT_CHIPS = "Those of ready-made chips are called as the chips are"
ABOUT_EPOCHS = " Where labels speak of epochs, there is one raster for each of them or pair of them; their ids follow."


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write a raster a tile where labels are painted, and else one a scene, a pixel a tile."""
    (folder / "masks").mkdir()
    if snapshot.task.paints:
        _write_tiles(snapshot, folder / "masks")
        return ABOUT_PIXELS + (f" {ABOUT_CHIPS}, and have their size." if snapshot.has_chips else "")
    _write_scenes(snapshot, folder / "masks")
    about = ABOUT_NUMBERS if np.isnan(snapshot.task.nodata) else ABOUT_TILES
    about += f" {ABOUT_CHIPS}, with one pixel over the whole chip." if snapshot.has_chips else ""
    return about + (ABOUT_EPOCHS if snapshot.project.scope != Scope.PLACE else "")


def _write_tiles(snapshot: Snapshot, folder: Path) -> None:
    for record in snapshot:
        write_tile(snapshot, record, folder)


def write_tile(snapshot: Snapshot, record: Record, folder: Path) -> None:
    """Write the mask of one tile."""
    cell = snapshot.cell(record)
    mask = np.zeros((cell.height, cell.width), np.uint8)
    for code, pixels in snapshot.regions(record):
        mask[cell.inside(pixels)] = code
    _write(snapshot, folder / f"{record['stem']}.tif", mask, cell.transform, cell.spec.crs)


def _write_scenes(snapshot: Snapshot, folder: Path) -> None:
    labels: dict[tuple[int, Epochs], list[tuple[int, int, float]]] = defaultdict(list)
    for record in snapshot:
        says = snapshot.task.pixel(record["value"], snapshot.codes)
        if snapshot.is_ready_made(record):
            cell = snapshot.cell(record)
            placed = cell.transform @ Affine.scale(cell.width, cell.height)
            _write(snapshot, folder / f"{record['stem']}.tif", np.array([[says]]), placed, cell.spec.crs)
        else:
            labels[record["grid"], epochs_of(record)].append((record["column"], record["row"], says))
    tiles = {about: np.array(rows) for about, rows in labels.items()}
    imagery = Imagery(snapshot.project)
    for scene in snapshot.project.scenes.filter(grid__ready_made=False).select_related("grid").order_by("id"):
        for (grid, epochs), rows in tiles.items():
            if grid == scene.grid_id and imagery.shows(scene.pk, epochs):
                _write_scene(snapshot, folder / f"{'-'.join(map(str, ('scene', scene.pk, *epochs)))}.tif", scene, rows)


def _write_scene(snapshot: Snapshot, path: Path, scene: Scene, tiles: np.ndarray) -> None:
    columns, rows, pixels = tiles.T
    columns, rows = columns.astype(int) - scene.first_column, rows.astype(int) - scene.first_row
    inside = (columns >= 0) & (columns < scene.columns) & (rows >= 0) & (rows < scene.rows)
    if not inside.any():
        return
    says = np.full((scene.rows, scene.columns), snapshot.task.nodata)
    says[rows[inside], columns[inside]] = pixels[inside]
    spec = scene.grid.spec()
    placed = spec.tile_transform(scene.first_column, scene.first_row) @ Affine.scale(spec.tile_px)
    _write(snapshot, path, says, placed, spec.crs)


def _write(snapshot: Snapshot, path: Path, says: np.ndarray, placed: Affine, crs: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if np.isnan(snapshot.task.nodata):
        write_numbers(path, says.astype(np.float32), placed, crs, tags=snapshot.shared)
    else:
        snapshot.stamps.write(path, says.astype(np.uint8), placed, crs)


FORMAT = Format(
    group=Group.MAPS,
    title="GeoTIFF masks",
    text="Class-index rasters with the exact geotransform: for GIS and segmentation.",
    lacks=(
        "who said what, when and how surely",
        "samples without a label",
        "earlier versions and other people's answers",
    ),
    write=write,
)
