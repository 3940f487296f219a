"""Lattices: how the ground of a project is cut, shown and changeable until its first label, then fixed."""

import math
import re
from dataclasses import dataclass

from django.db import transaction
from pyproj import CRS
from pyproj.exceptions import CRSError

from annotation.arrays.ground import forget_ground
from annotation.deletions import drop_samples, hold_project
from annotation.errors import BadSettings
from annotation.ingest.placing import Placement, place_on
from annotation.ingest.samples import make_samples
from annotation.ingest.scenes import fill, forget
from annotation.models import Annotation, Grid, Job, Project, Sample, Scene, Tile
from annotation.models.jobs import JobKind
from mlcore.raster.grid import GridSpec
from mlcore.raster.lattice import lattice_for, pixels_a_pixel
from mlcore.raster.lonlat import is_geographic
from mlcore.raster.metric import metric_crs

FIXED = "fixed with its first label"
IN_METRES = (
    "The first scene is in degrees: its ground is cut in metres of the zone around its centre, each pixel as large as "
    "one of the scene's there."
)
OF_MANY_ZONES = (
    "Its scenes span many zones, so they are cut in degrees: tiles become narrower towards the poles. Choose a "
    "coordinate system in metres of your own, if you have one that is right for all of that ground."
)
LEAST_PX, MOST_PX = 8, 1024
_LOOKED_AT = 20  # scenes
_CODE = re.compile(r"EPSG:\d{4,6}")


@dataclass(frozen=True)
class LatticeChange:
    """What an owner wants of a lattice; None leaves it as it is."""

    crs: str | None = None  # EPSG:n
    resolution: float | None = None  # units of the CRS a pixel
    tile_px: int | None = None  # of all lattices of the project


def resolution_of(spec: GridSpec) -> float:
    """Return how many units of its CRS a pixel of a lattice measures."""
    return math.sqrt(abs(spec.affine.determinant))


def unit_of(crs: str) -> str:
    """Return the unit of a CRS: 'metre', 'degree', ..., or 'pixel' without one."""
    return _unit(crs)[0] if crs else "pixel"


def why(grid: Grid) -> str:
    """Return in a sentence what is not plain about a lattice's coordinate system; '' where nothing is."""
    if not grid.crs or grid.ready_made:
        return ""
    (unit, metres), resolution = _unit(grid.crs), resolution_of(grid.spec())
    if is_geographic(grid.crs):
        infos = [
            scene.asset.info() for scene in grid.scenes.shown().select_related("asset").order_by("id")[:_LOOKED_AT]
        ]
        return "" if any(map(metric_crs, infos)) else OF_MANY_ZONES
    if unit != "metre":
        return f"A pixel is {resolution * metres:.3g} m wide." if metres else f"Nobody knows how long a {unit} is."
    crs = grid.scenes.shown().order_by("id").values_list("asset__facts__crs", flat=True).first()
    return IN_METRES if crs and is_geographic(crs) else ""


def _unit(crs: str) -> tuple[str, float]:
    """Return the unit of a CRS, and how many metres it is (of degrees, radians)."""
    axis = CRS.from_user_input(crs).axis_info[0]
    return axis.unit_name, axis.unit_conversion_factor


def is_fixed(project: Project) -> bool:
    """Return whether somebody labelled: from then on neither lattice nor scope change."""
    return Annotation.objects.filter(sample__project=project).exists()


@transaction.atomic
def change_lattice(grid: Grid, change: LatticeChange) -> Grid:
    """Cut a lattice anew, with all its scenes; another size of tiles cuts the project's other lattices, too.

    Raises:
        BadSettings: it is fixed, is no lattice of ground, cannot be so, or a scene would have no place on it.
    """
    project = hold_project(grid.project)
    if grid.ready_made:
        raise BadSettings("Ready-made chips are tiles as they are; they have no lattice to change.")
    tile_px = change.tile_px or grid.tile_px
    if not LEAST_PX <= tile_px <= MOST_PX:
        raise BadSettings(f"A tile has {LEAST_PX} to {MOST_PX} px a side, not {tile_px}.")
    spec = _wanted(grid, change)
    others = list(project.grids.filter(ready_made=False).exclude(pk=grid.pk)) if tile_px != grid.tile_px else []
    _clear(project, [grid, *others])
    for each, cut in [(grid, spec), *((other, other.spec()) for other in others)]:
        _cut(each, GridSpec(cut.crs, cut.transform, tile_px))
    project.tile_px = tile_px
    project.save(update_fields=["tile_px"])
    make_samples(project)
    Job.request(project, JobKind.EMBED)
    return grid


def _wanted(grid: Grid, change: LatticeChange) -> GridSpec:
    crs, old = change.crs or grid.crs, grid.spec()
    resolution = change.resolution
    if resolution is not None and not (math.isfinite(resolution) and resolution > 0):
        raise BadSettings(f"The resolution is a number of {unit_of(crs)}s above 0, not {resolution}.")
    if not grid.crs and (change.crs or resolution):
        raise BadSettings("This imagery has no place on the map; only the size of its tiles can be changed.")
    if crs == grid.crs and resolution is None:
        return old
    if crs != grid.crs:
        check_crs(crs)
        if resolution is None:
            raise BadSettings(f"Give the resolution, too: how many {unit_of(crs)}s a pixel of {crs} measures.")
    infos = [scene.asset.info() for scene in grid.scenes.shown().select_related("asset")]
    return lattice_for(infos, crs, resolution or resolution_of(old), grid.tile_px)


def check_crs(crs: str) -> None:
    """Refuse what is no coordinate system of a map; only codes are taken, since a definition may name files.

    Raises:
        BadSettings: says what is one.
    """
    try:
        known = CRS.from_user_input(crs) if _CODE.fullmatch(crs) else None
    except CRSError:
        known = None
    if known is None or not (known.is_projected or known.is_geographic):
        raise BadSettings(f"{crs[:40]!r} is no coordinate system of a map; give a code such as EPSG:32633.")


def _clear(project: Project, grids: list[Grid]) -> None:
    samples = Sample.objects.filter(project=project)
    list(samples.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if is_fixed(project):
        raise BadSettings(f"The lattice is {FIXED}; make another project to cut the ground differently.")
    gone = samples.filter(tile__grid__in=grids)
    forget(project, list(gone.values_list("index", flat=True)))
    drop_samples(project, gone)
    Tile.objects.filter(grid__in=grids).delete()
    forget_ground(project)


def _cut(grid: Grid, spec: GridSpec) -> None:
    grid.crs, grid.transform, grid.tile_px = spec.crs or "", list(spec.transform), spec.tile_px
    grid.save()
    scenes = Scene.objects.filter(grid=grid).select_related("asset", "project").order_by("id")
    # the finest first: a raster coarser than a tile joins the tiles that others make, and posts speak of those
    for scene in sorted(scenes, key=lambda one: (one.asset.is_record, -pixels_a_pixel(spec, one.asset.info()))):
        placement = place_on(grid, scene.asset)
        if placement is None:
            raise BadSettings(f"{scene} has no place on {grid.crs}; choose another coordinate system.")
        _move(scene, placement)


def _move(scene: Scene, placement: Placement) -> None:
    scene.first_column, scene.first_row, scene.columns, scene.rows = placement.spot.block
    scene.covered = False
    scene.save(update_fields=["first_column", "first_row", "columns", "rows", "covered"])
    fill(scene, placement)
