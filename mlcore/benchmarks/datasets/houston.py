"""Houston 2018 (hyperspectral, 128 x 128 px, 48 bands; RGB four times finer): land cover of pixels and of windows.

The crop is that of the IGARSS 2021 feature fusion study; labels are at the finer raster, 0 where there is none.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from mlcore.benchmarks.datasets.dataset import (
    DataAbsent,
    DataSet,
    Layer,
    Patches,
    Task,
    digest_of,
    frequent,
)
from mlcore.samples import Chip
from mlcore.sensors import get_sensor, spectrometer

FILE = Path("houston2018_hsi_rgb/houston_dataset.mat")
SCALE = 4  # px of the RGB for each px of the cube, a side
SIDE_PX = 9
BLOCK_PX = 16
WINDOW_PX, WINDOW_STEP_PX, WINDOW_BLOCK_PX = 8, 4, 24
LEAST_LABELLED = 8  # of the 16 fine px in one px of the cube
_LEAST_MEMBERS = 40
_LICENCE = "IEEE GRSS DFC 2018, University of Houston: research with citation"


def load(root: Path) -> DataSet:
    """Return one label for each pixel of the cube: the class of most of its 16 fine pixels."""
    layers, fine = read_layers(root)
    counts = count_classes(fine, SCALE)
    codes = counts[1:].argmax(0) + 1
    row, column = np.nonzero(counts[1:].max(0) >= LEAST_LABELLED)
    kept = frequent(codes[row, column], _LEAST_MEMBERS)
    row, column = row[kept], column[kept]
    at = (np.zeros(len(row), np.int64), row, column)
    targets = codes[row, column].astype(np.int64)
    return _dataset("houston", "Houston 2018 land cover", Task.CLASSES, targets, layers, at, (SIDE_PX, BLOCK_PX))


def load_windows(root: Path) -> DataSet:
    """Return windows of 8 x 8 px with the set of classes that cover at least one px of the cube in them."""
    layers, fine = read_layers(root)
    starts = np.arange(0, len(fine) // SCALE - WINDOW_PX + 1, WINDOW_STEP_PX)
    top, left = (grid.ravel() for grid in np.meshgrid(starts, starts, indexing="ij"))
    side = WINDOW_PX * SCALE
    windows = [fine[y * SCALE : y * SCALE + side, x * SCALE : x * SCALE + side] for y, x in zip(top, left, strict=True)]
    counts = np.stack([np.bincount(window.ravel(), minlength=13) for window in windows])
    labelled = counts[:, 1:].sum(1) >= 0.3 * side * side
    has = counts[labelled][:, 1:] >= SCALE * SCALE
    common = has.sum(0) >= _LEAST_MEMBERS
    half = WINDOW_PX // 2
    row, column = top[labelled] + half, left[labelled] + half
    at = (np.zeros(len(row), np.int64), row, column)
    title = "Houston 2018, classes in a window"
    sides = (WINDOW_PX, WINDOW_BLOCK_PX)
    dataset = _dataset("houston-windows", title, Task.TAGS, has[:, common], layers, at, sides)
    note = "several labels a window, derived from the land-cover map"
    return replace(dataset, budgets=(50, 100, None), note=note, centred=False)


def _dataset(  # noqa: PLR0913 - what the two tasks differ in
    name: str,
    title: str,
    task: Task,
    targets: NDArray[np.generic],
    layers: dict[str, Layer],
    at: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    sides: tuple[int, int],
) -> DataSet:
    side, block = sides

    def cut(*names: str) -> Patches:
        return Patches([[layers[name] for name in names]], at, side)

    return DataSet(
        name,
        title,
        task,
        targets,
        cut("hsi").places(block),
        {"rgb": cut("rgb"), "hsi": cut("hsi"), "hsi+rgb": cut("hsi", "rgb")},
        (5, 10, 20, 50),
        digest_of(targets, at[1], at[2], *(layer.chip.pixels for layer in layers.values())),
        scenes={name: (layer.chip,) for name, layer in layers.items()},
        files=(FILE.name,),
        licence=_LICENCE,
        note="classes with fewer than 40 px are left out",
    )


def read_layers(root: Path) -> tuple[dict[str, Layer], NDArray[np.uint8]]:
    """Return the cube and the picture, and the class of each px of the picture [512, 512], 0 where there is none.

    Raises:
        DataAbsent: the file isn't there.
    """
    if not (root / FILE).is_file():
        raise DataAbsent(f"{root / FILE} is not there.")
    arrays = loadmat(root / FILE)
    cube = np.ascontiguousarray(arrays["hyprImg"].transpose(2, 0, 1), np.float32)
    picture = np.ascontiguousarray(arrays["rgbImg"].transpose(2, 0, 1), np.float32)
    made = spectrometer(list(np.linspace(380, 1050, len(cube))), code="itres-casi", title="ITRES CASI 1500")
    layers = {
        "hsi": Layer(Chip(cube, np.ones(cube.shape[1:], bool), replace(made, gsd_m=1.0))),
        "rgb": Layer(Chip(picture, np.ones(picture.shape[1:], bool), replace(get_sensor("rgb"), gsd_m=0.25)), SCALE),
    }
    return layers, arrays["clasLabs"]


def count_classes(fine: NDArray[np.uint8], scale: int) -> NDArray[np.int64]:
    """Return how many fine px of each class lie in each coarse px, [13, H, W]."""
    height, width = fine.shape[0] // scale, fine.shape[1] // scale
    cells = fine.reshape(height, scale, width, scale)
    return np.stack([(cells == code).sum((1, 3)) for code in range(13)])
