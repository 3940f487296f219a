"""Ready-made chips: a folder or archive of small images; those of one name are one sample, of several sensors."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from django.db import transaction
from django.db.models import Max

from annotation.errors import AnnotationError
from annotation.ingest.arrivals import Arrival, Report, Wishes, look_at_chip, receive, see
from annotation.ingest.assets import kept_if_stored, store_assets
from annotation.ingest.companions import Shown, join
from annotation.ingest.covering import cover_scenes
from annotation.ingest.joining import join_epochs
from annotation.ingest.results import FileResult, Status
from annotation.ingest.samples import ENOUGH_VALID, add_tiles, make_samples, next_index
from annotation.ingest.scenes import count_rows, forget, lock
from annotation.ingest.staging import StagedFile
from annotation.models import Grid, Job, Project, Sample, Scene, Tile
from annotation.models.jobs import JobKind
from annotation.models.projects import Scope

_IMAGE_COORDINATES = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
_BATCH = 2000  # rows
_REPORT_EVERY = 20  # chips
_HOPELESS, _HOPELESS_AFTER = 0.9, 200  # share that is refused, of as many chips or a multiple


def add_chips(
    project: Project, files: Iterable[StagedFile | FileResult], wishes: Wishes, *, count: int, report: Report
) -> list[FileResult]:
    """Take in chips: all good ones in one step at the end, and a reason for each that is not.

    `files` may be copies that vanish when the next one is asked for, or what became of one that couldn't be had. Where
    nearly all are refused, the rest isn't looked at.
    """
    known = set(project.scenes.values_list("asset__sha256", flat=True))
    arrivals: list[Arrival] = []
    results: list[FileResult] = []
    with kept_if_stored(assets := []):
        for number, file in enumerate(files):
            if number % _REPORT_EVERY == 0:
                report(0.95 * number / max(count, 1), f"{number:,} of {count:,} chips")
            if _is_hopeless(results):
                rest = f"{count - number:,} more are not looked at, since nearly all before them were refused"
                results.append(FileResult("the rest", Status.REFUSED, rest))
                break
            if isinstance(file, FileResult):
                results.append(file)
                continue
            if file.sha256 in known:
                results.append(FileResult(file.name, Status.DUPLICATE, "already in the project: nothing to do"))
                continue
            try:
                arrival = receive(file, see(file, look_at_chip(file), wishes), wishes)
            except AnnotationError as error:
                results.append(FileResult(file.name, Status.REFUSED, str(error)))
                continue
            known.add(file.sha256)
            arrivals.append(arrival)
            assets.append(arrival.asset)
            results.append(FileResult(file.name, Status.ACCEPTED, ". ".join(_said(file, arrival))))
        _store(project, arrivals)
        cover_scenes(project)
        count_rows(len(arrivals))
    return results


def _is_hopeless(results: Sequence[FileResult]) -> bool:
    if len(results) % _HOPELESS_AFTER or not results:
        return False
    refused = sum(result.status is Status.REFUSED for result in results)
    return refused > _HOPELESS * len(results)


def _said(file: StagedFile, arrival: Arrival) -> list[str]:
    beside = [f"{', '.join(file.beside)} beside it is not read"] if file.beside else []
    return [f"added as a chip of {arrival.sensor.title}", *arrival.remarks, *beside]


@transaction.atomic
def _store(project: Project, arrivals: Sequence[Arrival]) -> None:
    lock(project)
    assets = store_assets([arrival.asset for arrival in arrivals])
    taken = set(project.scenes.values_list("asset_id", flat=True))
    stored = [replace(arrival, asset=assets[arrival.asset.sha256]) for arrival in arrivals]
    new = [arrival for arrival in stored if arrival.asset.pk not in taken]
    joined, shown = join(project, new)
    for side, group in groupby(sorted(shown, key=lambda one: one.side), key=lambda one: one.side):
        _write(project, list(group), side)
    _enrich(project, joined)
    if project.scope != Scope.PLACE:
        make_samples(project)
    if new:
        Job.request(project, JobKind.EMBED)


def _write(project: Project, shown: Sequence[Shown], side: int) -> None:
    """Line samples of one size up on their grid, one a column; the sort before was stable, so names stay in order."""
    grid, _ = Grid.objects.get_or_create(
        project=project, ready_made=True, tile_px=side, defaults={"transform": _IMAGE_COORDINATES}
    )
    last = grid.tiles.aggregate(last=Max("column"))["last"]
    first = 0 if last is None else last + 1
    placed = []
    for column, one in enumerate(shown, start=first):
        outline, valid = one.outline, one.valid_fraction
        tile = Tile(grid=grid, column=column, row=0, outline=outline, valid_fraction=valid, name=one.name)
        placed += [(tile, arrival) for arrival in one.arrivals]
    _add_scenes(project, placed)
    tiles = list({tile.column: tile for tile, _ in placed}.values())
    add_tiles(project, tiles, next_index(project))


def _enrich(project: Project, joined: Sequence[tuple[Tile, Arrival]]) -> None:
    """Let samples that are there have further chips; what people said about them stays."""
    _add_scenes(project, joined)
    for tile, arrival in joined:
        tile.valid_fraction = max(tile.valid_fraction, *(band.valid_fraction for band in arrival.asset.statistics()))
    Tile.objects.bulk_update([tile for tile, _ in joined], ["valid_fraction"], batch_size=_BATCH)
    samples = Sample.objects.filter(tile__in=[tile for tile, _ in joined])
    filled = [tile for tile, _ in joined if tile.valid_fraction >= ENOUGH_VALID]
    samples.filter(tile__in=filled, state=Sample.State.EMPTY).update(state=Sample.State.OPEN)
    forget(project, list(samples.values_list("index", flat=True)))


def _add_scenes(project: Project, placed: Sequence[tuple[Tile, Arrival]]) -> None:
    scenes = [
        arrival.scene(project, grid=tile.grid, first_column=tile.column, first_row=0, columns=1, rows=1)
        for tile, arrival in placed
    ]
    Scene.objects.bulk_create(scenes, batch_size=_BATCH)
    if project.epochs.exclude(starts=None).exists():
        for scene in scenes:
            join_epochs(scene)
