"""Chips of samples: what mlcore sees of the tiles that people label, read one by one in the order of place."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import F

from annotation.models import Grid, Project, Sample, Scene
from annotation.models.epochs import members_of
from annotation.models.imagery import RECORDS
from annotation.models.samples import SampleQuerySet
from annotation.told import Told, told_in
from mlcore import samples as mlcore_samples
from mlcore.readers import READERS
from mlcore.samples import Chip
from mlcore.sensors import Sensor

_SHOWN = [kind for kind in READERS if kind not in RECORDS]
_AT_ONCE = 500  # samples whose scenes are looked up together


def load_samples(project: Project, samples: SampleQuerySet) -> Iterator[tuple[int, mlcore_samples.Sample]]:
    """Yield each sample's row in the project's arrays, and the sample with the chips of all its scenes.

    They come in the order of place, because neighbours share blocks of their files.
    """
    epochs, told = members_of(project), told_in(project)
    by_place = samples.filter(project=project).order_by("tile__grid_id", "tile__row", "tile__column", "index")
    rows = by_place.select_related("tile__grid").iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(rows, _AT_ONCE)):
        for grid, group in groupby(batch, key=lambda sample: sample.tile.grid):
            members = list(group)
            scenes = _scenes_around(grid, members)
            for sample in members:
                shown = [pair for pair in scenes if sample.speaks_of(pair[0], epochs)]
                yield sample.index, _load(sample, shown, told)


def _scenes_around(grid: Grid, samples: list[Sample]) -> list[tuple[Scene, Sensor]]:
    """Return the grid's scenes that touch the box around these samples, oldest first."""
    columns = [sample.tile.column for sample in samples]
    rows = [sample.tile.row for sample in samples]
    scenes = Scene.objects.filter(
        grid=grid,
        fault="",
        asset__kind__in=_SHOWN,
        first_column__lte=max(columns),
        first_column__gt=min(columns) - F("columns"),
        first_row__lte=max(rows),
        first_row__gt=min(rows) - F("rows"),
    )
    scenes = scenes.select_related("asset", "grid").defer("asset__footprint")
    return [(scene, scene.get_sensor()) for scene in scenes.order_by("acquired", "id")]


def _load(sample: Sample, scenes: list[tuple[Scene, Sensor]], told: Told) -> mlcore_samples.Sample:
    chips = [_chip(scene, sensor, sample) for scene, sensor in scenes]
    # A scene's block may hold tiles where it has no pixel; the chip is kept only where no other scene has one.
    chips = [chip for chip in chips if chip.mask.any()] or chips[:1]
    dates = {chip.acquired for chip in chips}
    return mlcore_samples.Sample(
        chips=tuple(chips),
        place=(place := _centre(sample.tile.outline)),
        acquired=dates.pop() if len(dates) == 1 else None,
        weather=told.weather(place),
        texts=told.texts(sample),
    )


def _chip(scene: Scene, sensor: Sensor, sample: Sample) -> Chip:
    file, read = scene.asset.file, scene.asset.reader.chip
    chip = read(file, sensor, *scene.cell(sample.tile), acquired=scene.day)
    view = {name: scene.details[name] for name in ("orbit", "incidence_deg") if name in scene.details}
    return replace(chip, **view) if view else chip


def _centre(outline: GEOSGeometry | None) -> tuple[float, float] | None:
    """Return longitude and latitude of a tile's centre; of one cut by the antimeridian, of its larger part."""
    if outline is None:
        return None
    part = max(outline, key=lambda polygon: polygon.area) if isinstance(outline, MultiPolygon) else outline
    centre = part.centroid
    return centre.x, centre.y
