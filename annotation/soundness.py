"""Soundness: what a scene declares against what its pixels look like, when it comes and before a model reads it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from annotation.arrays import vectors
from annotation.errors import FileChanged
from annotation.models import Project, Sample, Scene
from mlcore.errors import MLCoreError, NotAnswering
from mlcore.quarantine import Finding, look
from mlcore.raster.info import RasterInfo
from mlcore.raster.instruments import calibration_told, instrument_of
from mlcore.sensors import Sensor

__all__ = ["check_files", "check_scenes", "declared", "left_out", "look", "told_of"]

_NAMED = 3  # scenes in a sentence
_MOUNTED = "mounted folder"  # which each sentence about such a file says


def declared(sensor: Mapping[str, Any], acquired: date | None) -> str:
    """Return what identifies the declarations that a look compared with the pixels."""
    return hashlib.sha256(json.dumps([sensor, str(acquired)], sort_keys=True).encode()).hexdigest()


def check_scenes(project: Project) -> None:
    """Look at each scene that declares something new; one that contradicts itself is marked and left out from then on.

    What the model saw of its tiles is forgotten, so that the mark holds for stored vectors too.
    """
    check_files(project.scenes.all())
    known = project.scenes.only("pk", "sensor", "acquired", "checked")
    changed = [scene.pk for scene in known if declared(scene.sensor, scene.day) != scene.checked]
    for scene in project.scenes.filter(pk__in=changed).select_related("asset"):
        _check(scene)


def check_files(scenes: QuerySet[Scene]) -> int:
    """Mark scenes whose mounted file was changed or is gone, and take the mark from those that are back.

    Vectors stay: they are of the file that was there. Returns how many marks changed.
    """
    changed = 0
    for scene in scenes.exclude(asset__mounted="").select_related("asset"):
        fault = ""
        try:
            _ = scene.asset.file
        except FileChanged as error:
            fault = str(error)
        if fault != scene.fault and (not scene.fault or _MOUNTED in scene.fault):
            changed += Scene.objects.filter(pk=scene.pk, fault=scene.fault).update(fault=fault)
    return changed


def _check(scene: Scene) -> None:
    sensor, noted, fault = scene.sensor, list[str](), ""
    try:
        finding = look(scene.asset.file, scene.get_sensor(), acquired=scene.day, name=scene.name)
        sensor = json.loads(json.dumps(finding.sensor.to_dict()))
        noted = remarks_on(scene, finding)
    except NotAnswering:  # says nothing of the scene
        raise
    except MLCoreError as error:
        fault = str(error)
    if fault != scene.fault or sensor != scene.sensor:
        vectors.forget(scene.project, list(Sample.objects.touched_by(scene).values_list("index", flat=True)))
    as_read = Scene.objects.filter(pk=scene.pk, checked=scene.checked)  # a correction that came meanwhile counts more
    as_read.update(sensor=sensor, fault=fault, remarks=noted, checked=declared(sensor, scene.day))


def remarks_on(scene: Scene, finding: Finding) -> list[str]:
    """Return what was remarked on how a scene's file is written, which declarations don't change, and what is new."""
    means = [band.mean for band in scene.asset.statistics()]
    told = told_of(scene.asset.info(), finding.sensor, guessed=scene.sensor_guessed, name=scene.name, means=means)
    return [*scene.asset.facts.get("noted", []), *told, *finding.remarks]


def told_of(info: RasterInfo, sensor: Sensor, *, guessed: bool, name: str, means: Sequence[float] = ()) -> list[str]:
    """Return how a sensor was guessed, where that may well be wrong, and which scale of the file is applied."""
    said = [instrument_of(info, name, means=means).remark if guessed else "", calibration_told(sensor)]
    return [sentence for sentence in said if sentence]


def left_out(project: Project) -> str:
    """Return a sentence about the scenes that no model reads, with the first one's reason; '' without any."""
    faulty = list(project.scenes.exclude(fault="").values_list("name", "fault"))
    if not faulty:
        return ""
    names = ", ".join(name for name, _ in faulty[:_NAMED]) + (", ..." if len(faulty) > _NAMED else "")
    return f" Left out until corrected: {names}. {faulty[0][1]}"
