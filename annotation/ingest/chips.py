"""Ready-made chips: a folder or archive of small images, each of which becomes one scene, one tile, one sample."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import Max

from annotation.errors import AnnotationError
from annotation.ingest.arrivals import Arrival, Report, Wishes, look_at_chip, receive
from annotation.ingest.assets import kept_if_stored, store_assets
from annotation.ingest.results import FileResult, Status
from annotation.ingest.samples import add_tiles, next_index
from annotation.ingest.scenes import lock
from annotation.ingest.staging import StagedFile
from annotation.models import Asset, Grid, Job, Project, Scene, Tile
from annotation.models.jobs import JobKind

_IMAGE_COORDINATES = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
_BATCH = 2000  # rows
_REPORT_EVERY = 20  # chips


def add_chips(
    project: Project, files: Iterable[StagedFile], wishes: Wishes, *, count: int, report: Report
) -> list[FileResult]:
    """Take in chips: all good ones in one step at the end, and a reason for each that is not.

    `files` may be copies that vanish when the next one is asked for.
    """
    known = set(project.scenes.values_list("asset__sha256", flat=True))
    arrivals: list[Arrival] = []
    results = []
    with kept_if_stored(assets := []):
        for number, file in enumerate(files):
            if number % _REPORT_EVERY == 0:
                report(0.95 * number / max(count, 1), f"{number:,} of {count:,} chips")
            if file.sha256 in known:
                results.append(FileResult(file.name, Status.DUPLICATE, "already in the project: nothing to do"))
                continue
            try:
                arrival = receive(file, look_at_chip(file), wishes)
            except AnnotationError as error:
                results.append(FileResult(file.name, Status.REFUSED, str(error)))
                continue
            known.add(file.sha256)
            arrivals.append(arrival)
            assets.append(arrival.asset)
            added = f"added as a chip of {arrival.sensor.title}"
            results.append(FileResult(file.name, Status.ACCEPTED, ". ".join([added, *arrival.remarks])))
        _store(project, arrivals)
    return results


@transaction.atomic
def _store(project: Project, arrivals: Sequence[Arrival]) -> None:
    lock(project)
    assets = store_assets([arrival.asset for arrival in arrivals])
    taken = set(project.scenes.values_list("asset_id", flat=True))
    new = [arrival for arrival in arrivals if assets[arrival.asset.sha256].pk not in taken]
    for side, group in groupby(sorted(new, key=_side), key=_side):
        _write(project, list(group), assets, side)
    if new:
        Job.request(project, JobKind.EMBED)


def _side(arrival: Arrival) -> int:
    info = arrival.asset.info()
    return max(info.width, info.height)


def _write(project: Project, arrivals: Sequence[Arrival], assets: dict[str, Asset], side: int) -> None:
    """Line chips of one size up on their grid, one a column; the sort before was stable, so names stay in order."""
    grid, _ = Grid.objects.get_or_create(
        project=project, ready_made=True, tile_px=side, defaults={"transform": _IMAGE_COORDINATES}
    )
    last = grid.tiles.aggregate(last=Max("column"))["last"]
    first = 0 if last is None else last + 1
    scenes, tiles = [], []
    for column, arrival in enumerate(arrivals, start=first):
        asset = assets[arrival.asset.sha256]
        scene = arrival.scene(project, grid=grid, first_column=column, first_row=0, columns=1, rows=1)
        scene.asset = asset
        scenes.append(scene)
        valid = max(band.valid_fraction for band in asset.statistics())
        tiles.append(Tile(grid=grid, column=column, row=0, outline=asset.footprint, valid_fraction=valid))
    Scene.objects.bulk_create(scenes, batch_size=_BATCH)
    add_tiles(project, tiles, next_index(project))
