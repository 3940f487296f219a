"""Statements: an owner says which band of a scene is what, for that scene or for all that are like it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet

from annotation.ingest.changes import read_as
from annotation.ingest.scenes import forget
from annotation.models import Job, Sample, Scene
from annotation.models.jobs import JobKind
from mlcore.errors import BadSensor
from mlcore.sensors import Band, Modality, Quantity, Sensor, composites_of

_TITLED = 6  # bands named in a title


@transaction.atomic
def state_bands(
    scene: Scene,
    bands: Sequence[Band],
    *,
    quantity: Quantity | None = None,
    modality: Modality | None = None,
    alike: bool = False,
) -> int:
    """State which band of a scene is what and what its numbers mean; return how many scenes are read so from now on.

    Args:
        scene: whose pixels are looked at, to see that they can be that.
        bands: all of them, in the order of the file.
        quantity: what the numbers are after each band's scale and offset; None keeps what it is.
        modality: None keeps what it is.
        alike: for all scenes of the project, too, that were read as this one and have the same kind of numbers.

    Raises:
        BadSensor: another number of bands than the scene has.
        BadSample: names twice, impossible wavelengths, or numbers that cannot be of that quantity.
    """
    count = scene.asset.info().count
    if len(bands) != count:
        raise BadSensor(f"{scene.name} has {count} bands, {len(bands)} are described; describe all, in their order.")
    others = list(like(scene)) if alike else []
    read_as(scene, _sensor(scene.get_sensor(), tuple(bands), quantity, modality))
    _apply(others, scene)
    return 1 + len(others)


def count_alike(scene: Scene) -> int:
    """Return how many other scenes of the project are like this one."""
    return like(scene).count()


def like(scene: Scene) -> QuerySet[Scene]:
    """Return the other scenes of a project that are read as this one and hold the same kind of numbers."""
    same = scene.project.scenes.filter(sensor=scene.sensor, asset__facts__dtype=scene.asset.facts["dtype"])
    return same.exclude(pk=scene.pk)


def _sensor(before: Sensor, bands: tuple[Band, ...], quantity: Quantity | None, modality: Modality | None) -> Sensor:
    told = json.dumps([[band.name, band.wavelength_nm, band.polarisation] for band in bands])
    return replace(
        before,
        code=f"stated-{hashlib.sha256(told.encode()).hexdigest()[:8]}",
        title=f"As stated: {_shown(bands)}",
        bands=bands,
        quantity=quantity or before.quantity,
        modality=modality or before.modality,
        composites=composites_of(bands),
    )


def _shown(bands: Sequence[Band]) -> str:
    """Return few bands by name; of many, how many there are and what light they see."""
    if len(bands) <= _TITLED:
        return ", ".join(band.name for band in bands)
    seen = [band.wavelength_nm for band in bands if band.wavelength_nm]
    return f"{len(bands)} bands" + (f", {min(seen):.0f} to {max(seen):.0f} nm" if seen else "")


def _apply(others: Sequence[Scene], stated: Scene) -> None:
    """Let scenes be read as another is; each is looked at before a model reads it, since what it declares is new."""
    if not others:
        return
    project = stated.project
    project.scenes.filter(pk__in=[scene.pk for scene in others]).update(
        sensor=stated.sensor, sensor_guessed=False, fault="", checked="", covered=False
    )
    indices = set[int]()
    for scene in others:
        indices.update(Sample.objects.touched_by(scene).values_list("index", flat=True))
    forget(project, sorted(indices))
    Job.request(project, JobKind.EMBED)
