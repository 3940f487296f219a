"""Scenes: a raster joins a grid of its project, or makes one, and the grid's tiles and samples grow with it."""

import numpy as np
from django.db import connection, transaction

from annotation import storage
from annotation.arrays import vectors
from annotation.deletions import hold_project
from annotation.encoders import WORDS
from annotation.ingest.arrivals import Arrival
from annotation.ingest.assets import store_assets, to_geos
from annotation.ingest.joining import join_epochs
from annotation.ingest.placing import Placement, Spot, choose_spot, place
from annotation.ingest.samples import ENOUGH_VALID, add_tiles, make_samples, next_index
from annotation.models import Asset, Grid, Job, Project, Sample, Scene, Tile
from annotation.models.jobs import JobKind

_BATCH = 5000  # rows
_MANY = 2000  # tiles at once


def add_scene(project: Project, arrival: Arrival) -> Scene | None:
    """Write a scene with its tiles and samples at once; None when the project has this file already."""
    placement = place(project, arrival.asset)
    with transaction.atomic():
        lock(project)
        asset = store_assets([arrival.asset])[arrival.asset.sha256]
        if project.scenes.filter(asset=asset).exists():
            return None
        if not _holds(placement, choose_spot(project, asset.info())):
            placement = place(project, asset)  # somebody made or changed the lattice meanwhile
        scene = _write(project, arrival, asset, placement)
    count_rows(scene.columns * scene.rows)
    return scene


def count_rows(made: int) -> None:
    """Let the database know at once when its tables have grown much; until it notices by itself, queries crawl."""
    if made < _MANY:
        return
    with connection.cursor() as cursor:
        for model in (Tile, Sample):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _holds(placement: Placement, spot: Spot) -> bool:
    seen = placement.spot
    same = seen.grid.pk == spot.grid.pk and seen.grid.spec() == spot.grid.spec() and seen.block == spot.block
    return same and seen.makes_tiles and spot.makes_tiles


def lock(project: Project) -> None:
    """Let one ingest at a time number the project's samples; labelling goes on meanwhile."""
    hold_project(project)


def _write(project: Project, arrival: Arrival, asset: Asset, placement: Placement) -> Scene:
    grid, (column, row, columns, rows) = placement.spot.grid, placement.spot.block
    if not grid.pk:
        grid.save()
        if asset.is_record:  # what reads imagery has nothing to read here
            Project.objects.filter(pk=project.pk).update(encoder=WORDS)
    scene = arrival.scene(project, grid=grid, first_column=column, first_row=row, columns=columns, rows=rows)
    scene.asset = asset
    scene.save()
    fill(scene, placement)
    Job.request(project, JobKind.EMBED)
    return scene


def fill(scene: Scene, placement: Placement) -> None:
    """Let the tiles that a scene covers profit from it, and add those that the lattice lacks, with their samples."""
    if scene.asset.is_record and not placement.spot.makes_tiles:
        forget(scene.project, indices_told_by(scene))
        return
    joined = join_epochs(scene)
    known = _tiles_in(placement)
    _improve(scene, known, placement)
    if placement.spot.makes_tiles:
        _grow(scene.project, set(known), placement)
    if joined:
        make_samples(scene.project, epochs=joined)


def _tiles_in(placement: Placement) -> dict[tuple[int, int], Tile]:
    column, row, columns, rows = placement.block
    tiles = Tile.objects.filter(
        grid=placement.spot.grid, column__range=(column, column + columns - 1), row__range=(row, row + rows - 1)
    )
    return {(tile.column, tile.row): tile for tile in tiles.defer("outline")}


def _improve(scene: Scene, known: dict[tuple[int, int], Tile], placement: Placement) -> None:
    """Let tiles that were there before profit from the scene; what people said about them stays."""
    project = scene.project
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
    timeless = Sample.objects.filter(project=project, epoch=None)
    timeless.filter(tile__in=filled, state=Sample.State.EMPTY).update(state=Sample.State.OPEN)
    samples = Sample.objects.touched_by(scene).filter(tile__in=touched)
    forget(project, list(samples.values_list("index", flat=True)))


def indices_told_by(scene: Scene) -> list[int]:
    """Return the samples whose vectors a scene has a part in; weather reaches all of them."""
    samples = scene.project.samples.all() if scene.asset.kind == "series" else Sample.objects.touched_by(scene)
    return list(samples.values_list("index", flat=True))


def forget(project: Project, indices: list[int]) -> None:
    """Drop vectors of samples whose imagery changed, once the change is certain."""
    if indices:
        if storage.is_shared():
            vectors.forget(project, indices)  # before, too: without a bucket there must be no change
        transaction.on_commit(lambda: vectors.forget(project, indices), robust=True)


def _grow(project: Project, known: set[tuple[int, int]], placement: Placement) -> None:
    """Add the tiles that the grid lacks in a scene's block, row by row, each with its timeless sample."""
    column, row, columns, rows = placement.block
    grid, spec = placement.spot.grid, placement.spot.grid.spec()
    cells = [
        (x, y)
        for y in range(row, row + rows)
        for x in range(column, column + columns)
        if (x, y) not in known and (placement.spot.fills_block or placement.fractions[y - row, x - column] > 0)
    ]
    number = next_index(project)
    _uncover(placement.spot.grid, cells)
    for start in range(0, len(cells), _BATCH):
        batch = cells[start : start + _BATCH]
        x, y = np.array(batch, dtype=np.int64).T
        outlines = spec.tile_polygons_wgs84(x, y)
        fractions = placement.fractions[y - row, x - column]
        tiles = [
            Tile(grid=grid, column=cell[0], row=cell[1], outline=to_geos(outline), valid_fraction=fraction)
            for cell, outline, fraction in zip(batch, outlines, fractions.tolist(), strict=True)
        ]
        add_tiles(project, tiles, number + start)


def _uncover(grid: Grid, cells: list[tuple[int, int]]) -> None:
    """Let the coverage be worked out again of scenes in whose blocks tiles are added, which they had no part in."""
    if not cells:
        return
    x, y = np.array(cells, dtype=np.int64).T
    blocks = grid.scenes.filter(covered=True).values_list("pk", "first_column", "first_row", "columns", "rows")
    touched = [
        pk
        for pk, left, top, columns, rows in blocks
        if ((x >= left) & (x < left + columns) & (y >= top) & (y < top + rows)).any()
    ]
    grid.scenes.filter(pk__in=touched).update(covered=False)
