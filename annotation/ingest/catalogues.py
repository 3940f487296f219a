"""Catalogues: items of STAC become scenes whose pixels stay where they are, and are read in windows."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from annotation.errors import AnnotationError, BadUpload
from annotation.ingest.arrivals import Arrival, Report, Wishes, look_at_scene, receive, see
from annotation.ingest.assets import kept_if_stored, names_of
from annotation.ingest.placing import size_told
from annotation.ingest.results import FileResult, Status, summary
from annotation.ingest.scenes import add_scene
from annotation.ingest.staging import StagedFile, folder_of_ours, plain_name
from annotation.jobs import advance
from annotation.models import Job, Project, Scene
from annotation.models.jobs import JobKind
from annotation.quotas import check_queue
from mlcore import quarantine
from mlcore.containers import Layer
from mlcore.errors import MLCoreError, NotAnswering
from mlcore.quarantine import STEADY
from mlcore.raster.instruments import calibrated
from mlcore.raster.stacking import Wanted
from mlcore.readers.remote import RemoteReader
from mlcore.remote import policy
from mlcore.sensors import Sensor
from mlcore.stac import Asset, Item, sensor_of_bands
from mlcore.stac.bands import Band
from mlcore.stac.searching import Findings, Query, search

_MOST_FILES = 64  # of one scene


@dataclass(frozen=True)
class Offer:
    """An item, and what it would become."""

    item: Item
    assets: tuple[str, ...]  # keys of the files that make the scene
    bands: tuple[str, ...]
    status: Status
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        item = self.item
        return {
            "id": item.id,
            "collection": item.collection,
            "href": item.href,
            "acquired": item.acquired.isoformat() if item.acquired else None,
            "cloud_cover": item.cloud_cover,
            "licence": item.licence,
            "bbox": list(item.bbox) if item.bbox else None,
            "outline": [[list(point) for point in ring] for ring in item.outline],
            "assets": list(self.assets),
            "bands": list(self.bands),
            "status": self.status.value,
            "message": self.message,
        }


def offers(project: Project, query: Query, assets: Sequence[str] = ()) -> tuple[list[Offer], Findings]:
    """Ask a catalogue what it has, and say what would become of each item; nothing is taken in.

    Raises:
        NotReachable, RemoteGone, RemoteAway, FileTooLarge, UnreadableFile: the catalogue cannot be read.
    """
    findings = search(query)
    return [_offer(project, item, assets) for item in findings.items], findings


def _offer(project: Project, item: Item, keys: Sequence[str]) -> Offer:
    try:
        chosen = item.chosen(keys)
        _check(item, chosen)
    except (AnnotationError, MLCoreError) as error:
        return Offer(item, (), (), Status.REFUSED, str(error))
    names = tuple(asset.key for asset in chosen)
    bands = tuple(_name(band, asset) or "" for asset in chosen for band in asset.bands)
    if there := scene_of_item(project, item, names):
        return Offer(item, names, bands, Status.DUPLICATE, f"already in the project as {there}")
    return Offer(item, names, bands, Status.ACCEPTED, f"{len(bands) or len(names)} bands of {len(names)} files")


def _check(item: Item, chosen: Sequence[Asset]) -> None:
    """Refuse files that would not be read, before anybody is asked for them."""
    if len(chosen) > _MOST_FILES:
        raise BadUpload(f"{item.id} has {len(chosen)} files of measurements; choose at most {_MOST_FILES} of them.")
    for asset in chosen:
        if not asset.href:
            raise BadUpload(f"{item.id} gives no address of {asset.key} that is read; only HTTPS and S3 are.")
        policy().allowed(asset.href)


def scene_of_item(project: Project, item: Item, keys: Sequence[str]) -> Scene | None:
    """Return the scene that a project has of an item already."""
    known = {"id": item.id, "collection": item.collection, "assets": list(keys)}
    return project.scenes.filter(asset__facts__item__contains=known).first()


def request_items(
    project: Project, query: Query, items: Sequence[str], *, assets: Sequence[str] = (), user_id: int | None = None
) -> Job:
    """Write a job that adds items of a catalogue: those with these ids, or all that fit."""
    check_queue(project, user_id)
    policy().allowed(policy().address(query.url))
    starts, ends = (day.isoformat() if day else None for day in (query.starts, query.ends))
    told = {**asdict(query), "starts": starts, "ends": ends, "items": list(items), "assets": list(assets)}
    return Job.request(project, JobKind.INGEST, user_id=user_id, catalogue=told)


def run_catalogue(job: Job) -> str:
    """Do the work of such a job; safe to run again, since an item that is there is left alone.

    Raises:
        BadUpload: nothing of it could be added.
    """
    told: dict[str, Any] = dict(job.params["catalogue"])
    wanted, assets = set(told.pop("items")), told.pop("assets")
    results = []
    items = [item for item in search(_query(told)).items if not wanted or item.id in wanted]
    for number, item in enumerate(items):
        results.append(add_item(job.project, item, assets, report=_part(job, number, len(items))))
        advance(job)
    missing = len(wanted) - len({item.id for item in items}) if wanted else 0
    if not results or all(result.status is Status.REFUSED for result in results):
        raise BadUpload(summary(results) if results else "The catalogue has no such items any more.")
    return summary(results) + (f" {missing} are no more in the catalogue." if missing else "")


def _part(job: Job, number: int, count: int) -> Report:
    return lambda share, message: job.report((number + share) / count, message)


def _query(told: Mapping[str, Any]) -> Query:
    starts, ends = (date.fromisoformat(told[name]) if told[name] else None for name in ("starts", "ends"))
    bbox = (*map(float, told["bbox"]),) if told["bbox"] else None
    return Query(**{**told, "starts": starts, "ends": ends, "bbox": bbox, "collections": tuple(told["collections"])})


def add_items(
    project: Project, items: Iterable[Item], assets: Sequence[str], *, report: Report
) -> Iterable[FileResult]:
    """Add items now, and yield what became of each."""
    for item in items:
        yield add_item(project, item, assets, report=report)


def add_item(project: Project, item: Item, keys: Sequence[str], *, report: Report) -> FileResult:
    """Make a scene of an item; one that cannot be one leaves nothing behind.

    Raises:
        RemoteAway: its host does not answer now.
    """
    try:
        return _add(project, item, keys, report)
    except NotAnswering:
        raise
    except (AnnotationError, MLCoreError) as error:
        return FileResult(item.id, Status.REFUSED, str(error))


def _add(project: Project, item: Item, keys: Sequence[str], report: Report) -> FileResult:
    chosen = item.chosen(keys)
    _check(item, chosen)
    names = [asset.key for asset in chosen]
    if there := scene_of_item(project, item, names):
        return FileResult(item.id, Status.DUPLICATE, f"already in the project as {there}: nothing to do")
    report(0.1, f"Looking at {item.id}")
    folder = folder_of_ours()
    try:
        file = _staged(item, chosen, folder)
        wishes = Wishes(acquired=item.acquired, name=plain_name(item.id))
        sight = see(file, look_at_scene(project, file, allowance=STEADY), wishes, allowance=STEADY)
        arrival = receive(file, sight, wishes)
        report(0.7, f"Cutting {item.id} into tiles")
        return _written(project, item, names, arrival)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _staged(item: Item, chosen: Sequence[Asset], folder: Any) -> StagedFile:
    """Return a file of ours that describes where an item's bands are read."""
    wanted = [Wanted(asset.href, tuple(map(dict, _told(asset)))) for asset in chosen]
    wanted = [replace(each, url=policy().address(each.url)) for each in wanted]
    path = folder / "stack.json"
    file = StagedFile(plain_name(item.id), path, "0" * 64, said=item.remarks)
    with names_of(file):
        told = quarantine.stack(wanted, item.tags, name=item.id)
    path.write_text(json.dumps(told))
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return replace(file, sha256=digest, layer=Layer("", kind="remote", sensor=_sensor(item, chosen, path)))


def _told(asset: Asset) -> Iterable[dict[str, Any]]:
    for band in asset.bands:
        yield {"name": _name(band, asset), "scale": band.scale, "offset": band.offset, "nodata": band.nodata}


def _name(band: Band, asset: Asset) -> str | None:
    return asset.quality or band.name or band.common or (asset.key if len(asset.bands) == 1 else None)


def _sensor(item: Item, chosen: Sequence[Asset], path: Any) -> Sensor | None:
    """Return the sensor that the catalogue's bands make, on the scale that it states; None where the file must say."""
    info = RemoteReader().inspect(path)
    bands = [band for asset in chosen if not asset.quality for band in asset.bands]
    sensor = sensor_of_bands(bands, info.dtype, item.said) if len(bands) == info.count else None
    return calibrated(sensor, info, item.id) if sensor else None


def _written(project: Project, item: Item, names: Sequence[str], arrival: Arrival) -> FileResult:
    if not arrival.asset.pk:
        arrival.asset.facts |= {"item": {"id": item.id, "collection": item.collection, "assets": list(names)}}
    with kept_if_stored([arrival.asset]):
        scene = add_scene(project, arrival)
    if scene is None:
        return FileResult(item.id, Status.DUPLICATE, "already in the project: nothing to do")
    scene.details = details_of(item)
    scene.save(update_fields=["details"])
    small = [told] if (told := size_told(project, arrival.asset.info())) else []
    added = f"added, {scene.columns} x {scene.rows} tiles, sensor {arrival.sensor.title}"
    return FileResult(item.id, Status.ACCEPTED, ". ".join([added, *small]))


def details_of(item: Item) -> dict[str, Any]:
    """Return what a scene keeps of where it comes from."""
    source = {"item": item.id, "collection": item.collection, "href": item.href, "licence": item.licence}
    told: dict[str, Any] = {"source": {name: value for name, value in source.items() if value}}
    if item.cloud_cover is not None:
        told["cloud_cover"] = item.cloud_cover
    return told
