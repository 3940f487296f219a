"""Changes to scenes that are there: another sensor, or no scene at all."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from annotation.deletions import drop_samples, hold_project
from annotation.errors import NotFound
from annotation.ingest.assets import drop_unused
from annotation.ingest.instruments import sensor_of
from annotation.ingest.own_sensors import known_sensor
from annotation.ingest.placing import are_only_posts
from annotation.ingest.samples import seen_by
from annotation.ingest.scenes import forget, indices_told_by
from annotation.models import Epoch, Job, Project, Sample, Scene, Tile
from annotation.models.acquisition import day_of
from annotation.models.jobs import JobKind
from annotation.soundness import declared, look, remarks_on
from mlcore.checks import check_day
from mlcore.quarantine import PROMPT
from mlcore.sensors import Sensor


@transaction.atomic
def correct_sensor(scene: Scene, code: str) -> Scene:
    """State which sensor took a scene; what the model saw of its tiles is forgotten and made again.

    Raises:
        UnknownName: there is no sensor called `code`.
        BadSensor: the sensor has another number of bands than the scene.
        BadSample: the scene's numbers cannot be this sensor's.
    """
    sensor = scene.get_sensor()
    if code != sensor.code or scene.project.own_sensors.filter(code=code).exists():
        means = [band.mean for band in scene.asset.statistics()]
        stated = known_sensor(scene.project, code)
        sensor, _ = sensor_of(scene.asset.info(), stated, name=scene.name, means=means)
    return read_as(scene, sensor)


def read_as(scene: Scene, sensor: Sensor) -> Scene:
    """Read a scene as taken by a sensor from now on, once its pixels were looked at; call it inside a transaction.

    Raises:
        BadSample: the scene's numbers cannot be this sensor's.
    """
    reading = look(scene.asset.file, sensor, acquired=scene.day, name=scene.name, allowance=PROMPT)
    changed = bool(scene.fault) or reading.sensor != scene.get_sensor()
    scene.sensor, scene.sensor_guessed = reading.sensor.to_dict(), False
    scene.fault, scene.remarks, scene.checked = "", remarks_on(scene, reading), declared(scene.sensor, scene.day)
    scene.covered = scene.covered and not changed  # other bands may tell of other clouds
    scene.save(update_fields=["sensor", "sensor_guessed", "fault", "remarks", "checked", "covered"])
    if changed:
        forget(scene.project, list(Sample.objects.touched_by(scene).values_list("index", flat=True)))
        Job.request(scene.project, JobKind.EMBED)
    return scene


@transaction.atomic
def correct_date(scene: Scene, acquired: date | None) -> Scene:
    """State when a scene was acquired; one that was left out until corrected is looked at again.

    Raises:
        BadSample: the date is in the future.
    """
    check_day(scene.name, day_of(acquired))
    scene.set_moment(acquired)
    scene.save(update_fields=["acquired", "day_only"])
    if scene.fault:
        Job.request(scene.project, JobKind.EMBED)
    return scene


@transaction.atomic
def correct_details(scene: Scene, details: dict[str, Any]) -> Scene:
    """State how a scene was acquired; models read orbit and incidence, so with others its tiles are embedded again."""
    seen = {name: scene.details.get(name) for name in ("orbit", "incidence_deg")}
    scene.details = details
    scene.save(update_fields=["details"])
    if any(details.get(name) != value for name, value in seen.items()):
        forget(scene.project, list(Sample.objects.touched_by(scene).values_list("index", flat=True)))
        Job.request(scene.project, JobKind.EMBED)
    return scene


@transaction.atomic
def remove_scene(scene: Scene) -> None:
    """Take a scene out of its project, with the tiles that no other scene covers.

    Raises:
        BadSettings: people labelled tiles that only this scene covers.
    """
    project = hold_project(scene.project)
    scene = _held(project, scene)
    indices = indices_told_by(scene)
    alone = covered_by_nothing_else(scene)
    epochs = list(scene.epochs.all())
    drop_samples(project, Sample.objects.filter(tile__in=alone))
    forget(project, indices)
    Tile.objects.filter(pk__in=alone).delete()
    asset = scene.asset
    scene.delete()
    _leave(project, epochs)
    drop_unused(asset)
    Job.request(project, JobKind.EMBED)


def _held(project: Project, scene: Scene) -> Scene:
    """Return a scene as it is now, in a project that is held."""
    held = project.scenes.select_related("asset", "grid").filter(pk=scene.pk).first()
    if held is None:
        raise NotFound("No such scene in this project.")
    return held


def _leave(project: Project, epochs: list[Epoch]) -> None:
    """Delete the samples of epochs that a removed scene alone showed, and the epochs that hold nothing any more."""
    for epoch in epochs:
        about = Sample.objects.filter(Q(epoch=epoch) | Q(later_epoch=epoch))
        drop_samples(project, about.exclude(tile__in=seen_by(epoch).keys()), about=f" of {epoch}")
        if not epoch.scenes.exists() and not about.exists():
            epoch.delete()


def covered_by_nothing_else(scene: Scene) -> list[int]:
    """Return the tiles in a scene's block that lie in no other's; none of records that only speak of them."""
    if scene.asset.is_record and not (scene.asset.kind == "posts" and are_only_posts(scene.project)):
        return []
    columns = range(scene.first_column, scene.first_column + scene.columns)
    rows = range(scene.first_row, scene.first_row + scene.rows)
    tiles = scene.grid.tiles.filter(column__range=(columns[0], columns[-1]), row__range=(rows[0], rows[-1]))
    others = scene.grid.scenes.exclude(pk=scene.pk)
    for other in others if scene.asset.is_record else others.shown():
        tiles = tiles.exclude(
            column__range=(other.first_column, other.first_column + other.columns - 1),
            row__range=(other.first_row, other.first_row + other.rows - 1),
        )
    return list(tiles.values_list("pk", flat=True))
