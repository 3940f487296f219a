"""Restating: an owner says where a scene lies and what stands for no data; a job writes its file anew."""

import hashlib
import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction

from annotation.errors import AnnotationError, BadSettings
from annotation.ingest.arrivals import Arrival, Report, Wishes, look_at_scene, receive, see
from annotation.ingest.assets import kept_if_stored, names_of
from annotation.ingest.changes import remove_scene
from annotation.ingest.lattices import check_crs
from annotation.ingest.results import FileResult, Status
from annotation.ingest.scenes import add_scene
from annotation.ingest.staging import StagedFile, folder_of_ours
from annotation.ingest.statements import like
from annotation.models import Job, Project, Scene
from annotation.models.jobs import JobKind
from mlcore import quarantine
from mlcore.containers import Layer
from mlcore.raster.opening import raw_transform

_LARGEST = 1e15


@dataclass(frozen=True)
class Place:
    """What an owner states of a file; None leaves it as it is."""

    crs: str | None = None  # EPSG:n
    transform: tuple[float, ...] | None = None  # a, b, c, d, e, f of pixel (column, row) -> CRS
    nodata: float | None = None

    @property
    def digest(self) -> str:
        """Return what tells one statement from another."""
        return json.dumps(asdict(self), sort_keys=True)


def request_place(scene: Scene, place: Place, *, alike: bool = False) -> tuple[Job, int]:
    """Let a job write a scene's file, and those of all like it, as stated; return it and how many there are.

    Raises:
        BadSettings: nothing is stated, it cannot be, or the scene is a ready-made chip, posts or weather.
    """
    scenes = [scene, *(like(scene).select_related("asset", "grid") if alike else [])]
    for each in scenes:
        _check(each, place)
    told = asdict(place) | {"scenes": [each.pk for each in scenes]}
    return Job.request(scene.project, JobKind.INGEST, restate=told), len(scenes)


def _check(scene: Scene, place: Place) -> None:
    if place == Place():
        raise BadSettings("State a coordinate system, a transform or a number for no data.")
    if scene.grid.ready_made or scene.asset.is_record:
        raise BadSettings(f"{scene} is no scene of a lattice, so that its place cannot be stated.")
    if scene.asset.is_remote:
        raise BadSettings(f"{scene} lies on another host, which nobody here can change; bring it in first.")
    if place.crs:
        check_crs(place.crs)
    numbers = place.transform
    if numbers is not None:
        possible = len(numbers) == 6 and all(math.isfinite(n) and abs(n) < _LARGEST for n in numbers)
        if not possible or numbers[0] * numbers[4] == numbers[1] * numbers[3]:
            raise BadSettings(
                "A transform is six numbers: pixel width, turn, west, turn, pixel height (negative), north."
            )
    if place.crs and numbers is None and raw_transform(scene.asset.file) is None:
        raise BadSettings(f"{scene} says nothing of where its pixels lie: state its transform, too.")
    if numbers is not None and not (place.crs or scene.asset.info().crs):
        raise BadSettings("State the coordinate system, too: a transform alone tells no place.")


def run_restating(job: Job) -> str:
    """Do the work of such a job; safe to run again, since what is done already has another file.

    Raises:
        BadSettings: nothing of it could be done.
    """
    told = dict(job.params["restate"])
    scenes = list(job.project.scenes.filter(pk__in=told.pop("scenes")).select_related("asset", "grid", "project"))
    transform = tuple(told["transform"]) if told["transform"] else None
    place = Place(told["crs"], transform, told["nodata"])
    results = [_try(scene, place, job.report) for scene in scenes]
    refused = [result for result in results if result.status is Status.REFUSED]
    if refused and len(refused) == len(results):
        raise BadSettings(refused[0].message)
    done = f"{len(results) - len(refused)} of {len(results)} scenes lie as stated."
    return done if not refused else f"{done} {refused[0].name}: {refused[0].message}"


def _try(scene: Scene, place: Place, report: Report) -> FileResult:
    try:
        _restate(scene, place, report)
        return FileResult(scene.name, Status.ACCEPTED, "")
    except AnnotationError as error:
        return FileResult(scene.name, Status.REFUSED, str(error))


def _restate(scene: Scene, place: Place, report: Report) -> None:
    """Put a scene with the stated file in the place of another, with all that people said of it."""
    folder = folder_of_ours()
    try:
        digest = hashlib.sha256(f"{scene.asset.sha256} {place.digest}".encode()).hexdigest()
        file = StagedFile(scene.name, folder / "stated.tif", digest)
        file = replace(file, layer=Layer("", kind=scene.asset.kind, sensor=scene.get_sensor()))
        with names_of(file):
            quarantine.restate(
                scene.asset.file, file.path, crs=place.crs, transform=place.transform, nodata=place.nodata
            )
        sight = see(file, look_at_scene(scene.project, file), Wishes(acquired=scene.moment))
        arrival = receive(file, sight, Wishes(acquired=scene.moment), progress=lambda share: report(share, file.name))
        with kept_if_stored([arrival.asset]):
            _swap(scene, arrival)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@transaction.atomic
def _swap(scene: Scene, arrival: Arrival) -> None:
    project: Project = scene.project
    kept: dict[str, Any] = {"details": scene.details, "sensor_guessed": scene.sensor_guessed}
    epochs: Sequence[Any] = list(scene.epochs.all())
    own, grid = scene.asset, scene.grid
    remove_scene(scene)
    if not grid.scenes.exists() and not grid.tiles.exists():
        grid.delete()  # else a scene that had no place would begin a second lattice beside the empty one
    new = add_scene(project, arrival)
    if new is None:
        raise BadSettings(f"{scene.name} is there already as stated; {own} was left.")
    Scene.objects.filter(pk=new.pk).update(**kept)
    for epoch in epochs:
        if type(epoch).objects.filter(pk=epoch.pk).exists():
            epoch.scenes.add(new)
