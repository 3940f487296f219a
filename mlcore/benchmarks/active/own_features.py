"""A user's own vectors as a task: what is tested never lies in a group, or near a place, that is learnt from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mlcore.benchmarks.active.tasks import ActiveTask
from mlcore.benchmarks.datasets.dataset import Places
from mlcore.errors import BadFeatures

_ARRAYS = ("x", "y", "test", "group", "xy")
_FIELDS_ACROSS = 8


def read_task(path: Path, *, guard: float = 0.0) -> ActiveTask:
    """Return the task in an .npz file of `x` [N, d] and `y` [N], with `test` bool [N], `group` [N] or `xy` [N, 2].

    With `test`, rows that share a group with a tested one, or lie within the guard of one, are not learnt from.
    Without it, each seed holds out other groups, or other fields of a checkerboard with the guard around them.

    Args:
        path: of the file.
        guard: distance in the unit of `xy`; what a sample shows, such as the width of its tile.

    Raises:
        BadFeatures: an array is missing, has the wrong length or holds NaN; nothing is left to learn from.
    """
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in _ARRAYS if name in stored}
    _check(arrays, path.name)
    x, y = np.asarray(arrays["x"], np.float32), arrays["y"]
    codes = y.astype(float) if np.issubdtype(y.dtype, np.floating) else np.unique(y, return_inverse=True)[1]
    task = ActiveTask(path.stem, x, codes, group=arrays.get("group"))
    if "test" in arrays:
        test = arrays["test"].astype(bool)
        task = replace(task, test=test, shut=_shut(arrays, test, guard))
    elif "xy" in arrays and "group" not in arrays:
        task = replace(task, places=_places(arrays["xy"], guard))
    if not all(len(rows) for rows in task.parts(0)):
        raise BadFeatures(f"{path.name}: groups, places and guard leave nothing to learn from or nothing to test on.")
    return task


def _check(arrays: dict[str, NDArray[np.generic]], name: str) -> None:
    missing = [array for array in ("x", "y") if array not in arrays]
    if not {"test", "group", "xy"} & set(arrays):
        missing.append("test (or group, or xy)")
    if missing:
        raise BadFeatures(f"{name} lacks {', '.join(missing)}; it needs x [N, d], y [N] and test bool [N].")
    x = arrays["x"]
    if any(len(array) != len(x) for array in arrays.values()) or x.ndim != 2 or not np.isfinite(x).all():
        raise BadFeatures(f"The arrays of {name} must be of one length, and x finite [N, d].")
    if "xy" in arrays and (arrays["xy"].shape != (len(x), 2) or not np.isfinite(arrays["xy"]).all()):
        raise BadFeatures(f"xy of {name} must be finite [N, 2], in one metric CRS.")


def _shut(arrays: dict[str, NDArray[np.generic]], test: NDArray[np.bool_], guard: float) -> NDArray[np.bool_]:
    """Return the rows that a published test forbids to learn from."""
    shut = np.zeros(len(test), bool)
    if "group" in arrays:
        shut |= np.isin(arrays["group"], np.unique(arrays["group"][test]))
    if "xy" in arrays:
        places = arrays["xy"].astype(np.float64)
        shut |= cKDTree(places[test]).query(places)[0] <= guard
    return shut & ~test


def _places(xy: NDArray[np.generic], guard: float) -> Places:
    places = xy.astype(np.float64)
    return Places(places[:, 1], places[:, 0], guard, max(float(np.ptp(places, 0).max()) / _FIELDS_ACROSS, 2 * guard))
