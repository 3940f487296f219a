"""Spectra: what a project's spectrometer sees, learnt once from its own imagery without labels, then kept."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from annotation import storage
from annotation.encoders import spectra_file
from annotation.models import Project, Scene
from mlcore.errors import EmptyRaster
from mlcore.model import save_spectra
from mlcore.model.spectra import fit_spectra, is_spectrometer
from mlcore.samples import Chip
from mlcore.sensors import Quantity, Sensor

_CHIPS = 200  # that are looked at, in a random order that the project's seed fixes
_PIXELS = 250  # of each


def learn_spectra(project: Project) -> bool:
    """Learn the spectra of a project's spectrometer, once and before anything rests on its vectors; tell if it did.

    The encoder's digest changes with them, so that vectors of one digest never mix two readings. Once a model version
    was published, a spectrometer's scene that comes later is read as any other.
    """
    path = spectra_file(project)
    if storage.has(path) or project.model_versions.of_models().exists() or not (scenes := _scenes(project)):
        return False
    sensor = scenes[0].get_sensor()
    try:
        spectra = fit_spectra(list(_chips(scenes, sensor, project.seed)), seed=project.seed)
    except EmptyRaster:  # next time, with more imagery
        return False
    save_spectra(replace(spectra, strict=sensor.quantity is Quantity.DIGITAL_NUMBER), path)
    storage.keep(path)
    return True


def _scenes(project: Project) -> Sequence[Scene]:
    """Return the scenes of the spectrometer that took most tiles; none without one."""
    by_sensor: dict[Sensor, list[Scene]] = defaultdict(list)
    scenes = project.scenes.filter(fault="").select_related("asset", "grid").defer("asset__footprint")
    for scene in scenes.order_by("id"):
        if is_spectrometer(sensor := scene.get_sensor()):
            by_sensor[sensor].append(scene)
    return max(by_sensor.values(), key=lambda scenes: sum(scene.columns * scene.rows for scene in scenes), default=[])


def _chips(scenes: Sequence[Scene], sensor: Sensor, seed: int) -> Iterator[Chip]:
    """Yield some pixels of random tiles, as chips of one row."""
    rng = np.random.default_rng([seed, 4])
    ends = np.cumsum([scene.columns * scene.rows for scene in scenes])
    for cell in np.sort(rng.choice(ends[-1], min(_CHIPS, int(ends[-1])), replace=False)):
        at = int(np.searchsorted(ends, cell, side="right"))
        scene, place = scenes[at], int(ends[at] - cell - 1)
        column, row = scene.first_column + place % scene.columns, scene.first_row + place // scene.columns
        chip = scene.asset.reader.chip(scene.file, sensor, *scene.cell_at(column, row))
        places = np.flatnonzero(chip.mask & np.isfinite(chip.pixels).all(0))
        some = rng.choice(places, min(_PIXELS, places.size), replace=False)
        pixels = chip.pixels.reshape(len(sensor.bands), 1, -1)[:, :, some]
        yield replace(chip, pixels=pixels, mask=np.ones(pixels.shape[1:], bool))
