"""Scenes: a raster joins a grid of its project, or makes one, and the grid's tiles and samples grow with it."""

from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray

from annotation.arrays import vectors
from annotation.deletions import hold_project
from annotation.ingest.arrivals import Arrival
from annotation.ingest.assets import store_assets, to_geos
from annotation.models import Asset, Grid, Job, Project, Sample, Scene, Tile
from annotation.models.jobs import JobKind
from mlcore.raster.grid import GridSpec, grid_for
from mlcore.raster.info import RasterInfo

ENOUGH_VALID = 0.5  # of a tile's pixels; below, nobody is asked to label it
_BATCH = 5000  # rows

Block = tuple[int, int, int, int]  # first column, first row, columns, rows


@dataclass(frozen=True)
class Placement:
    """Where a scene lies on a grid, and how much of each tile it fills."""

    grid: Grid  # without a primary key when the scene makes it
    block: Block
    fractions: NDArray[np.float32]  # [rows, columns], 0..1


def add_scene(project: Project, arrival: Arrival) -> Scene | None:
    """Write a scene with its tiles and samples at once; None when the project has this file already."""
    placement = _place(project, arrival.asset)
    with transaction.atomic():
        lock(project)
        asset = store_assets([arrival.asset])[arrival.asset.sha256]
        if project.scenes.filter(asset=asset).exists():
            return None
        if not placement.grid.pk and _fitting_grid(project, asset.info()):
            placement = _place(project, asset)  # somebody made the grid meanwhile
        return _write(project, arrival, asset, placement)


def lock(project: Project) -> None:
    """Let one ingest at a time number the project's samples; labelling goes on meanwhile."""
    hold_project(project)


def _place(project: Project, asset: Asset) -> Placement:
    info = asset.info()
    grid = _fitting_grid(project, info) or _new_grid(project, grid_for(info, project.tile_px))
    block = grid.spec().tile_range(info)
    return Placement(grid, block, asset.reader.valid_fractions(asset.file, grid.spec(), block))


def _fitting_grid(project: Project, info: RasterInfo) -> Grid | None:
    grids = project.grids.filter(ready_made=False, tile_px=project.tile_px, crs=info.crs or "").order_by("id")
    return next((grid for grid in grids if grid.spec().matches(info)), None)


def _new_grid(project: Project, spec: GridSpec) -> Grid:
    return Grid(project=project, crs=spec.crs or "", transform=list(spec.transform), tile_px=spec.tile_px)


def _write(project: Project, arrival: Arrival, asset: Asset, placement: Placement) -> Scene:
    if not placement.grid.pk:
        placement.grid.save()
    column, row, columns, rows = placement.block
    scene = arrival.scene(project, grid=placement.grid, first_column=column, first_row=row, columns=columns, rows=rows)
    scene.asset = asset
    scene.save()
    known = _tiles_in(placement)
    _improve(project, known, placement)
    _grow(project, set(known), placement)
    Job.request(project, JobKind.EMBED)
    return scene


def _tiles_in(placement: Placement) -> dict[tuple[int, int], Tile]:
    column, row, columns, rows = placement.block
    tiles = Tile.objects.filter(
        grid=placement.grid, column__range=(column, column + columns - 1), row__range=(row, row + rows - 1)
    )
    return {(tile.column, tile.row): tile for tile in tiles.defer("outline")}


def _improve(project: Project, known: dict[tuple[int, int], Tile], placement: Placement) -> None:
    """Let tiles that were there before profit from the scene; what people said about them stays."""
    column, row, _, _ = placement.block
    touched, better = [], []
    for (x, y), tile in known.items():
        fraction = float(placement.fractions[y - row, x - column])
        if fraction > 0:
            touched.append(tile.pk)
        if fraction > tile.valid_fraction:
            tile.valid_fraction = fraction
            better.append(tile)
    Tile.objects.bulk_update(better, ["valid_fraction"], batch_size=_BATCH)
    filled = [tile.pk for tile in better if tile.valid_fraction >= ENOUGH_VALID]
    timeless = Sample.objects.filter(project=project, scene=None)
    timeless.filter(tile__in=filled, state=Sample.State.EMPTY).update(state=Sample.State.OPEN)
    forget(project, list(timeless.filter(tile__in=touched).values_list("index", flat=True)))


def forget(project: Project, indices: list[int]) -> None:
    """Drop vectors of samples whose imagery changed, once the change is certain."""
    if indices:
        transaction.on_commit(lambda: vectors.forget(project, indices))


def _grow(project: Project, known: set[tuple[int, int]], placement: Placement) -> None:
    """Add the tiles that the grid lacks in a scene's block, row by row, each with its timeless sample."""
    column, row, columns, rows = placement.block
    cells = [(x, y) for y in range(row, row + rows) for x in range(column, column + columns) if (x, y) not in known]
    number = next_index(project)
    for start in range(0, len(cells), _BATCH):
        batch = cells[start : start + _BATCH]
        x, y = np.array(batch, dtype=np.int64).T
        outlines = placement.grid.spec().tile_polygons_wgs84(x, y)
        fractions = placement.fractions[y - row, x - column]
        tiles = [
            Tile(grid=placement.grid, column=cell[0], row=cell[1], outline=to_geos(outline), valid_fraction=fraction)
            for cell, outline, fraction in zip(batch, outlines, fractions.tolist(), strict=True)
        ]
        add_tiles(project, tiles, number + start)


def next_index(project: Project) -> int:
    """Return the first row of the project's arrays that no sample has; hold `lock` while using it."""
    last = project.samples.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def add_tiles(project: Project, tiles: list[Tile], first_index: int) -> None:
    """Write tiles, and for each a timeless sample with consecutive rows from `first_index`."""
    Tile.objects.bulk_create(tiles, batch_size=_BATCH)
    Sample.objects.bulk_create(
        [
            Sample(project=project, tile=tile, index=index, state=_state_of(tile.valid_fraction))
            for index, tile in enumerate(tiles, start=first_index)
        ],
        batch_size=_BATCH,
    )


def _state_of(valid_fraction: float) -> str:
    return Sample.State.OPEN if valid_fraction >= ENOUGH_VALID else Sample.State.EMPTY
