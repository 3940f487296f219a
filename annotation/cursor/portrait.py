"""Portraits: how the pixels of a class in one labelled tile look to a sensor, small enough to be kept."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.errors import NotFound
from annotation.models import Project, Sample, Scene
from annotation.tasks import Value, task_of
from annotation.tasks.protocol import Region
from mlcore.errors import MLCoreError
from mlcore.sensors import Sensor


@dataclass(frozen=True)
class Portrait:
    """Mean and variance of some pixels in each band; NaN where a band is dead."""

    pixels: int
    mean: NDArray[np.float64]  # [bands]
    variance: NDArray[np.float64]  # [bands]

    @classmethod
    def of(cls, pixels: NDArray[np.float32]) -> "Portrait":
        """Return that of pixels [bands, n]; a band without any number but 0 counts as dead."""
        exact = pixels.astype(np.float64)
        alive = np.where((pixels != 0).any(axis=1), 1.0, np.nan)
        return cls(pixels.shape[1], exact.mean(axis=1) * alive, exact.var(axis=1) * alive)

    @classmethod
    def together(cls, portraits: Sequence["Portrait"]) -> "Portrait":
        """Return that of the pixels of several; each band goes by those in which it is alive."""
        mean, variance = (np.stack([getattr(each, name) for each in portraits]) for name in ("mean", "variance"))
        weights = np.array([each.pixels for each in portraits], np.float64)[:, None] * np.isfinite(mean)
        with np.errstate(invalid="ignore"):
            total = weights.sum(axis=0)
            whole = (np.nan_to_num(mean) * weights).sum(axis=0) / total
            apart = np.nan_to_num(mean - whole) ** 2
            within = ((np.nan_to_num(variance) + apart) * weights).sum(axis=0) / total
        return cls(sum(each.pixels for each in portraits), whole, within)


@dataclass(frozen=True)
class Portraits:
    """The portraits in one labelled tile, by class code as it was labelled."""

    by_class: Mapping[int, Portrait]

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes: numbers in single precision."""
        return {
            str(code): [each.pixels, _packed(each.mean), _packed(each.variance)] for code, each in self.by_class.items()
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Portraits":
        """Rebuild what `to_json` told."""
        return cls({int(code): Portrait(n, _unpacked(mean), _unpacked(var)) for code, (n, mean, var) in told.items()})


def portraits_of(sample: Sample, sensor: Sensor) -> Portraits:
    """Return how the classes that a sample's answer names look to a sensor; nothing where it didn't look there."""
    answer, scene = sample.answer, _scene(sample, sensor)
    if answer is None or scene is None:
        return Portraits({})
    try:
        chip = scene.asset.reader.chip(scene.windows, sensor, *scene.cell(sample.tile))
        regions = list(_regions(sample.project, answer.value))
    except (MLCoreError, NotFound):  # a file that is damaged or gone says so elsewhere
        return Portraits({})
    within = {code: chip.mask if region is None else chip.mask & _fitted(region, chip.mask) for code, region in regions}
    return Portraits({code: Portrait.of(chip.pixels[:, where]) for code, where in within.items() if where.any()})


def _regions(project: Project, value: Value) -> Iterator[Region]:
    """Yield the classes that an answer names as it was given, each with its pixels."""
    as_labelled = {each.code: each.code for each in project.all_classes()}
    return task_of(project).regions(value, as_labelled)


def _scene(sample: Sample, sensor: Sensor) -> Scene | None:
    """Return the newest scene of a sensor that a sample speaks of."""
    of_sensor = sample.scenes().shown().filter(sensor__code=sensor.code, fault="").select_related("asset", "grid")
    return next((scene for scene in reversed(of_sensor) if scene.get_sensor() == sensor), None)


def _fitted(region: NDArray[np.bool_], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a region in the pixels of a chip's mask, which may be others than the lattice's."""
    if region.shape == mask.shape:
        return region
    rows, columns = (np.arange(new) * old // new for new, old in zip(mask.shape, region.shape, strict=True))
    return region[np.ix_(rows, columns)]


def _packed(numbers: NDArray[np.float64]) -> str:
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()


def _unpacked(text: str) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float64)
