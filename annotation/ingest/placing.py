"""Placing: which lattice of its project a scene joins, which tiles it covers there, or the lattice that it begins."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.db.models import Max, Min
from numpy.typing import NDArray

from annotation.errors import BadUpload
from annotation.ingest.post_places import MOST_CELLS, crs_for, fractions_of_posts, lattice_of_posts
from annotation.models import Asset, Grid, Project, Scene, Tile
from annotation.models.imagery import RECORDS
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import RasterInfo, footprint
from mlcore.raster.lattice import Block, block_on, pixels_a_pixel, proposed_for, share_within
from mlcore.readers import get_reader

MAX_TILES = 2_000_000  # of one scene
_MOSTLY = 0.5  # of a scene's ground that must lie where a lattice's CRS is meant for


@dataclass(frozen=True)
class Spot:
    """The lattice for a scene, and where on it the scene lies."""

    grid: Grid  # without a primary key when the scene begins it
    block: Block  # the tiles around it
    makes_tiles: bool = True  # a raster whose pixels are larger than a tile only joins the tiles that are there
    fills_block: bool = True  # a raster in another CRS lies askew: its block has corners that it doesn't touch


@dataclass(frozen=True)
class Placement:
    """A scene's spot, and how much of each tile it fills."""

    spot: Spot
    block: Block  # that was looked at
    fractions: NDArray[np.float32]  # [rows, columns], 0..1


def place(project: Project, asset: Asset) -> Placement:
    """Return where a scene lies and what it fills."""
    return _looked_at(choose_spot(project, asset.info()), asset)


def place_on(grid: Grid, asset: Asset) -> Placement | None:
    """Return where a scene lies on a lattice that it has to join; None where it has no place there."""
    info, spec = asset.info(), grid.spec()
    if asset.is_record:
        return _looked_at(_spot_of_records(grid.project, info, "It"), asset)
    if not grid.crs or spec.matches(info):
        spot: Spot | None = Spot(grid, spec.tile_range(info))
    else:
        outline = footprint(info)
        mostly = grid.crs == info.crs or (outline is not None and share_within(grid.crs, outline) >= _MOSTLY)
        spot = _spot_on(grid, info, mostly=mostly)
    return _looked_at(spot, asset) if spot else None


def _looked_at(spot: Spot, asset: Asset) -> Placement:
    block = spot.block if spot.makes_tiles else shared(spot.block, extent_of(spot.grid))
    if asset.is_record and not spot.makes_tiles:
        return Placement(spot, block, np.zeros((block[3], block[2]), np.float32))
    if asset.is_record:
        return Placement(spot, block, fractions_of_posts(asset, spot.grid.spec(), block))
    return Placement(spot, block, shares_of(asset, asset.file, spot.grid.spec(), block))


def shares_of(asset: Asset, file: Path, spec: GridSpec, block: Block) -> NDArray[np.float32]:
    """Return how much of each tile of a block a file fills; what was looked at just now is not looked at again."""
    return _shares(asset.kind, asset.sha256, file, spec, block)


@lru_cache(maxsize=8)
def _shares(kind: str, _content: str, file: Path, spec: GridSpec, block: Block) -> NDArray[np.float32]:
    shares = get_reader(kind).valid_fractions(file, spec, block)
    shares.setflags(write=False)
    return shares


def filled_tiles(scene: Scene) -> dict[int, float]:
    """Return how much of each tile that is there a scene fills, above 0, by the tile's id."""
    grid, block = scene.grid, (scene.first_column, scene.first_row, scene.columns, scene.rows)
    if grid.ready_made:
        return dict(grid.tiles.filter(column=scene.first_column).values_list("pk", "valid_fraction"))
    column, row, columns, rows = shared(block, extent_of(grid))
    asset = scene.asset
    if asset.is_record:
        return {}
    fractions = shares_of(asset, scene.file, grid.spec(), (column, row, columns, rows))
    tiles = grid.tiles.filter(column__range=(column, column + columns - 1), row__range=(row, row + rows - 1))
    filled = {pk: float(fractions[y - row, x - column]) for pk, x, y in tiles.values_list("pk", "column", "row")}
    return {pk: fraction for pk, fraction in filled.items() if fraction > 0}


def choose_spot(project: Project, info: RasterInfo, *, name: str = "The file") -> Spot:
    """Return the lattice that a raster joins: its own CRS's first, then the one that speaks for most of its ground.

    One that lies far outside what the CRS of each lattice is meant for, or is off the map, begins a lattice.

    Raises:
        BadUpload: it would make too many tiles.
    """
    if info.kind in RECORDS:
        return _spot_of_records(project, info, name)
    grids = list(project.grids.filter(ready_made=False, tile_px=project.tile_px).exclude(crs="").order_by("id"))
    for grid in grids if info.crs else []:
        if grid.spec().matches(info):
            return _checked(Spot(grid, grid.spec().tile_range(info)), name)
    outline = footprint(info)
    shares = {grid.pk: share_within(grid.crs, outline) for grid in grids} if outline else {}
    for grid in sorted(grids, key=lambda grid: (grid.crs != info.crs, -shares.get(grid.pk, 0))):
        if outline and (spot := _spot_on(grid, info, mostly=grid.crs == info.crs or shares[grid.pk] >= _MOSTLY)):
            return spot
    return _checked(_begun(project, info), name)


def _spot_of_records(project: Project, info: RasterInfo, name: str) -> Spot:
    """Return the lattice whose tiles posts or weather speak of; weather lies on none of them.

    Both make no tiles where there is imagery. Where people only wrote, posts make those in which they did.

    Raises:
        BadUpload: there is no such lattice yet, or the posts lie elsewhere.
    """
    grids = list(project.grids.filter(ready_made=False).exclude(crs="").order_by("id"))
    if info.kind == "posts" and are_only_posts(project):
        return _spot_of_posts(project, grids, info, name)
    if not grids:
        raise BadUpload(f"{name} speaks of places, of which this project has none yet: add imagery on the map first.")
    if info.kind == "series":
        return Spot(grids[0], (0, 0, 0, 0), makes_tiles=False, fills_block=False)
    for grid in grids:
        block = block_on(grid.spec(), info)
        inside = shared(block, extent_of(grid)) if block else (0, 0, 0, 0)
        if all(inside[2:]):
            return Spot(grid, inside, makes_tiles=False, fills_block=False)
    raise BadUpload(f"{name} speaks of other places than the imagery of this project; add imagery there first.")


def are_only_posts(project: Project) -> bool:
    """Return whether nothing in a project shows the ground: then the places of posts are what there is to label."""
    return not project.scenes.shown().exists()


def _spot_of_posts(project: Project, grids: list[Grid], info: RasterInfo, name: str) -> Spot:
    """Return the lattice of other posts that these join, or the one that they begin."""
    for grid in grids:
        block = block_on(grid.spec(), info) if grid.crs == crs_for(info) or len(grids) == 1 else None
        if block and block[2] * block[3] <= MOST_CELLS:
            return Spot(grid, block, fills_block=False)
    spec, block = lattice_of_posts(info, project.tile_px, name)
    return Spot(new_grid(project, spec), block, fills_block=False)


def size_told(project: Project, info: RasterInfo) -> str:
    """Return a sentence about a raster that is smaller than a tile of its lattice; '' about others."""
    if info.kind in RECORDS:
        return ""
    spec = choose_spot(project, info).grid.spec()
    a_pixel = pixels_a_pixel(spec, info) if info.crs and spec.crs else 1.0
    width, height = (max(1, round(side / a_pixel)) for side in (info.width, info.height))
    if max(width, height) >= spec.tile_px:
        return ""
    return (
        f"It is smaller than a tile: {width} x {height} of {spec.tile_px} px. Choose smaller tiles in the lattice, "
        "before the first label"
    )


def _begun(project: Project, info: RasterInfo) -> Spot:
    """Return the lattice that a raster begins, and where it lies on it."""
    spec = proposed_for(info, project.tile_px)
    grid = new_grid(project, spec)
    if spec.crs == info.crs:
        return Spot(grid, spec.tile_range(info))
    block = block_on(spec, info)
    return Spot(grid, block, fills_block=False) if block else Spot(grid, spec.tile_range(info))


def new_grid(project: Project, spec: GridSpec) -> Grid:
    """Return a grid that is not stored yet."""
    return Grid(project=project, crs=spec.crs or "", transform=list(spec.transform), tile_px=spec.tile_px)


def _spot_on(grid: Grid, info: RasterInfo, *, mostly: bool) -> Spot | None:
    """Return where a raster lies on a lattice of another CRS or resolution, if it belongs there."""
    spec, extent = grid.spec(), extent_of(grid)
    block = block_on(spec, info, near_column=extent[0] + extent[2] / 2)
    if block is None:
        return None
    meets = all(shared(block, extent)[2:])
    coarse = pixels_a_pixel(spec, info) * spec.tile_px < 1
    if not meets and (coarse or not mostly):
        return None
    if not coarse and block[2] * block[3] > MAX_TILES:
        return None
    return Spot(grid, block, makes_tiles=not coarse, fills_block=False)


def extent_of(grid: Grid) -> Block:
    """Return the block around the tiles that a grid has."""
    if not grid.pk:
        return 0, 0, 0, 0
    tiles = Tile.objects.filter(grid=grid)
    ends = tiles.aggregate(left=Min("column"), top=Min("row"), right=Max("column"), below=Max("row"))
    if ends["left"] is None:
        return 0, 0, 0, 0
    return ends["left"], ends["top"], ends["right"] - ends["left"] + 1, ends["below"] - ends["top"] + 1


def shared(one: Block, other: Block) -> Block:
    """Return the block that two blocks have in common; without columns or rows if there is none."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, below = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    return left, top, max(0, right - left), max(0, below - top)


def _checked(spot: Spot, name: str) -> Spot:
    count, side = spot.block[2] * spot.block[3], spot.grid.tile_px
    if count > MAX_TILES:
        raise BadUpload(
            f"{name} makes {count:,} tiles of {side} px, more than {MAX_TILES:,}; "
            "cut the file into parts, or use a project with larger tiles."
        )
    return spot
