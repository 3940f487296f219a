"""A user's own scenes with a label map: the same table as for published data, spatially blocked."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Layer, Patches, Task, digest_of, frequent
from mlcore.errors import BadGeoreference, BadSensor, NotEnoughLabels
from mlcore.raster.info import inspect
from mlcore.raster.instruments import calibrated, instrument_of
from mlcore.raster.read import read_file
from mlcore.samples import Chip
from mlcore.sensors import get_sensor, unknown_sensor

PREFIX = "scene|"
SIDE_PX = 9
_BLOCKS_ACROSS = 8
_MOST, _LEAST_MEMBERS = 6000, 20


def name_of(scenes: Sequence[str], labels: Path) -> str:
    """Return the name by which a data set of one's own is loaded: files are in it, so that any process can."""
    return PREFIX + "|".join([str(labels), *scenes])


def load(name: str) -> DataSet:
    """Return a fixed random part of the labelled pixels with the 9 x 9 px around each.

    Each scene is an input, and all together are one more. Scenes may be finer than the label map by a whole number.

    Raises:
        UnreadableFile, UnsafeFile, FileTooLarge: a file can't be read.
        BadSensor, UnknownName: a sensor doesn't fit its file, or the labels have several bands.
        BadGeoreference: a scene's raster doesn't fit that of the labels.
        NotEnoughLabels: fewer than two classes have enough pixels.
    """
    labels, *scenes = name.removeprefix(PREFIX).split("|")
    codes = _codes(Path(labels))
    chips = {_stem(scene): _scene(scene) for scene in scenes}
    layers = {stem: Layer(chip, _scale(chip, codes.shape, stem)) for stem, chip in chips.items()}
    row, column = np.nonzero(codes)
    kept = frequent(codes[row, column], _LEAST_MEMBERS)
    if len(np.unique(codes[row, column][kept])) < 2:
        raise NotEnoughLabels(f"{Path(labels).name}: two classes with {_LEAST_MEMBERS} labelled pixels are needed.")
    some = np.sort(np.random.default_rng(0).permutation(kept)[:_MOST])
    row, column = row[some], column[some]
    at = (np.zeros(len(row), np.int64), row, column)
    views = {stem: [layer] for stem, layer in layers.items()}
    if len(layers) > 1:
        views["+".join(layers)] = list(layers.values())
    cuts = {view: Patches([seen], at, SIDE_PX) for view, seen in views.items()}
    targets = codes[row, column]
    block = max(3 * SIDE_PX, min(codes.shape) // _BLOCKS_ACROSS)
    return DataSet(
        name,
        " and ".join(layers),
        Task.CLASSES,
        targets,
        next(iter(cuts.values())).places(block),
        dict(cuts),
        (5, 20),
        digest_of(targets, row, column, *(layer.chip.pixels for layer in layers.values())),
        files=tuple(Path(scene.partition("=")[0]).name for scene in scenes),
        note=f"blocks of {block} px",
    )


def _codes(path: Path) -> np.ndarray:
    info = inspect(path)
    if info.count != 1:
        raise BadSensor(f"{path.name} has {info.count} bands; labels are one band of class codes, 0 = not labelled.")
    chip = read_file(path, unknown_sensor(1))
    return np.where(chip.mask, chip.pixels[0].round(), 0).astype(np.int64)


def _scene(name: str) -> Chip:
    file, _, code = name.partition("=")
    info = inspect(Path(file))
    sensor = calibrated(get_sensor(code), info) if code else instrument_of(info, Path(file).name).sensor
    return read_file(Path(file), sensor)


def _scale(chip: Chip, shape: tuple[int, ...], name: str) -> int:
    scales = {own / side for own, side in zip(chip.mask.shape, shape, strict=True)}
    scale = int(np.rint(max(scales)))
    if scale < 1 or any(abs(other - scale) > 1e-9 for other in scales):
        raise BadGeoreference(
            f"{name} has {chip.mask.shape[1]} x {chip.mask.shape[0]} px and the labels {shape[1]} x {shape[0]}: "
            "scenes must show the same ground, with as many pixels or a whole multiple of them."
        )
    return scale


def _stem(scene: str) -> str:
    return Path(scene.partition("=")[0]).stem
