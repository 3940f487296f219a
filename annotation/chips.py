"""Chips of samples: what mlcore sees of the tiles that people label, read ahead in the order of place."""

import os
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import F

from annotation.models import Coverage, Grid, Project, Sample, Scene
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
_NEIGHBOURS = 16
_MOST_AHEAD = 128  # samples that are read and not asked for yet
_VALUES_AHEAD = 16_000_000  # bands x pixels of them: 64 MB

Scenes = list[tuple[Scene, Sensor]]
Members = Mapping[int, frozenset[int]]  # of an epoch: its scenes
Cloudy = dict[int, frozenset[int]]
Neighbours = list[tuple[Sample, Scenes]]
Loaded = tuple[int, mlcore_samples.Sample]


def load_samples(project: Project, samples: SampleQuerySet) -> Iterator[Loaded]:
    """Yield each sample's row in the project's arrays, and the sample with the chips of all its scenes.

    They come in the order of place, because neighbours share blocks of their files. EMBED_READERS threads read and
    warp ahead while the caller computes, no further than memory is meant for.
    """
    members = members_of(project)
    placed, told = _with_scenes(project, samples, members), told_in(project)
    if settings.EMBED_READERS < 1:
        yield from (_load(sample, scenes, members, told) for sample, scenes in placed)
        return
    under_way: deque[tuple[int, int, Future[list[Loaded]]]] = deque()  # how many samples and numbers
    try:
        for some, values in _neighbours(placed):
            loading = _readers(os.getpid(), settings.EMBED_READERS).submit(_load_all, some, members, told)
            under_way.append((len(some), values, loading))
            while len(under_way) > 1 and _is_enough(under_way):
                yield from under_way.popleft()[2].result()
        while under_way:
            yield from under_way.popleft()[2].result()
    finally:
        for *_, loading in under_way:
            loading.cancel()


def chips_of(sample: Sample, *, most: int) -> list[Chip]:
    """Return the chips of the newest scenes that a sample's label speaks of, at most `most`, oldest first."""
    of_it = Sample.objects.filter(pk=sample.pk)
    ((known, scenes),) = _with_scenes(sample.project, of_it, members_of(sample.project))
    return [_chip(scene, sensor, known) for scene, sensor in scenes[-most:]]


@lru_cache(maxsize=1)
def _readers(_process: int, count: int) -> ThreadPoolExecutor:
    """Return the threads that read in this process; their files stay open from one part to the next."""
    return ThreadPoolExecutor(count, thread_name_prefix="reader")


def _neighbours(placed: Iterator[tuple[Sample, Scenes]]) -> Iterator[tuple[Neighbours, int]]:
    """Yield samples some at a time, and how many numbers they are: one thread reads those that share blocks."""
    some, values = Neighbours(), 0
    for sample, scenes in placed:
        some.append((sample, scenes))
        values += _values(sample, scenes)
        if len(some) == _NEIGHBOURS or values >= _VALUES_AHEAD // 8:
            yield some, values
            some, values = Neighbours(), 0
    if some:
        yield some, values


def _is_enough(under_way: Iterable[tuple[int, int, object]]) -> bool:
    """Return whether as much is read ahead as memory is meant for."""
    samples, values = sum(each[0] for each in under_way), sum(each[1] for each in under_way)
    return samples > _MOST_AHEAD or values > _VALUES_AHEAD


def _load_all(some: Neighbours, members: Members, told: Told) -> list[Loaded]:
    return [_load(sample, scenes, members, told) for sample, scenes in some]


def _values(sample: Sample, scenes: Scenes) -> int:
    """Return how many numbers the chips of a sample have, bands x pixels."""
    return sum(len(sensor.bands) * scene.cell(sample.tile)[0].tile_px ** 2 for scene, sensor in scenes)


def _with_scenes(project: Project, samples: SampleQuerySet, epochs: Members) -> Iterator[tuple[Sample, Scenes]]:
    """Yield samples in the order of place, each with the scenes that its label speaks of."""
    by_place = samples.filter(project=project).order_by("tile__grid_id", "tile__row", "tile__column", "index")
    rows = by_place.select_related("tile__grid", "epoch", "later_epoch").iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(rows, _AT_ONCE)):
        for grid, group in groupby(batch, key=lambda sample: sample.tile.grid):
            members = list(group)
            scenes, cloudy = _scenes_around(grid, members), _cloudy(project, members)
            for sample in members:
                seen = [pair for pair in scenes if sample.speaks_of(pair[0], epochs)]
                yield sample, _clear(seen, cloudy.get(sample.tile_id, frozenset()), sample, epochs)


def _cloudy(project: Project, samples: list[Sample]) -> Cloudy:
    """Return the scenes that are too cloudy to show anything of a tile, by the tile."""
    if project.cloudy_above >= 1:
        return {}
    hidden: dict[int, set[int]] = defaultdict(set)
    rows = Coverage.objects.filter(tile__in={sample.tile_id for sample in samples}, cloud__gt=project.cloudy_above)
    for tile, scene in rows.values_list("tile_id", "scene_id"):
        hidden[tile].add(scene)
    return {tile: frozenset(scenes) for tile, scenes in hidden.items()}


def _clear(scenes: Scenes, cloudy: frozenset[int], sample: Sample, members: Members) -> Scenes:
    """Leave out the scenes that are cloudy there, where a clear one of the same modality and epoch is seen."""
    if not cloudy:
        return scenes

    def kind(scene: Scene, sensor: Sensor) -> tuple[object, ...]:
        return sensor.modality, *(scene.pk in members.get(epoch, ()) for epoch in sample.epoch_ids)

    clear = {kind(*pair) for pair in scenes if pair[0].pk not in cloudy}
    return [pair for pair in scenes if pair[0].pk not in cloudy or kind(*pair) not in clear]


def _scenes_around(grid: Grid, samples: list[Sample]) -> Scenes:
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


def _load(sample: Sample, scenes: Scenes, members: Members, told: Told) -> Loaded:
    chips = [chip for scene, sensor in scenes for chip in _dated(_chip(scene, sensor, sample), scene, sample, members)]
    # A scene's block may hold tiles where it has no pixel; the chip is kept only where no other scene has one.
    chips = [chip for chip in chips if chip.mask.any()] or chips[:1]
    dates = {chip.acquired for chip in chips}
    seen = mlcore_samples.Sample(
        chips=tuple(chips),
        place=(place := _centre(sample.tile.outline)),
        acquired=dates.pop() if len(dates) == 1 else None,
        weather=told.weather(place),
        texts=told.texts(sample),
    )
    return sample.index, seen


def _dated(chip: Chip, scene: Scene, sample: Sample, members: Members) -> list[Chip]:
    """Return a chip as of the dates that the label compares: a scene may belong to both."""
    if sample.later_epoch_id is None:
        return [chip]
    of = [(later, pk) for later, pk in ((False, sample.epoch_id), (True, sample.later_epoch_id)) if pk is not None]
    return [replace(chip, is_later=later) for later, pk in of if scene.pk in members.get(pk, ())]


def _chip(scene: Scene, sensor: Sensor, sample: Sample) -> Chip:
    file, read = scene.file, scene.asset.reader.chip
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
