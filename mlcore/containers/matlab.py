"""MATLAB files: the cubes among their variables; objects, functions and cells in them are never read."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.containers.container import Bundle, Container, Layer, Progress, check_shape
from mlcore.containers.hdf import is_hdf, open_hdf
from mlcore.containers.stores import Store, Variable, nanometres
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import FileTooLarge, UnreadableFile
from mlcore.files import check_plain, first_bytes
from mlcore.raster.info import DEFAULT_LIMITS
from mlcore.sensors import Band

_NUMBERS = {
    "double": "float64", "single": "float32", "int8": "int8", "uint8": "uint8", "int16": "int16", "uint16": "uint16",
    "int32": "int32", "uint32": "uint32", "int64": "int64", "uint64": "uint64", "logical": "uint8",
}  # fmt: skip
_MOST_BYTES = 2**30  # of one variable
_LEAST_SIDE = 4  # px
_NAMED = 4
_SIZES = (("nrow", "ncol"), ("rows", "cols"), ("h", "w"), ("nrows", "ncols"), ("lines", "samples"), ("height", "width"))
_WAVELENGTHS = ("wavelength", "wavelengths", "wl", "lambda", "bands_nm", "wave", "centers", "wvl")


class MatlabCubes(Container):
    """A MATLAB file of any version."""

    code = "matlab"
    title = "MATLAB file"
    endings = (".mat",)

    def begins(self, start: bytes, name: str) -> bool:
        """Return whether it begins as versions 5 to 7.3 do."""
        return start.startswith((b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file"))

    def peek(self, bundle: Bundle) -> str:
        """List its cubes."""
        with _opened(bundle) as store:
            cubes, _ = _cubes(store)
            return "; ".join(f"{name}: {w} x {h} px with {n} bands" for name, (n, h, w), _ in cubes)

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write each cube."""
        with _opened(bundle) as store:
            cubes, other = _cubes(store)
            layers = []
            for number, (name, shape, variable) in enumerate(cubes):
                values = _oriented(store, variable, shape)
                remarks = [_told(variable, shape), *_not_read([*other, *store.skipped])]
                _write(folder / f"{number}.tif", store, values)
                part = name if len(cubes) > 1 else ""
                layers.append(Layer(f"{number}.tif", part, remarks=[text for text in remarks if text]))
                progress((number + 1) / len(cubes))
            return layers


@contextmanager
def _opened(bundle: Bundle) -> Iterator[Store]:
    if is_hdf(first_bytes(bundle.main, 520)):
        with open_hdf(bundle.main, bundle.name) as store:
            yield _turned(store)
    else:
        yield _version_5(bundle.main, bundle.name)


def _turned(store: Store) -> Store:
    """Return the variables of a 7.3 file as MATLAB shows them, whose axes HDF5 holds in reverse order."""
    variables = {}
    for name, variable in store.variables.items():
        if "/" in name or "MATLAB_sparse" in variable.attributes or "MATLAB_empty" in variable.attributes:
            continue

        def get(part: Any, own: Variable = variable) -> NDArray[Any]:
            turned: NDArray[Any] = np.asarray(own.get(tuple(slice(None) for _ in own.shape))).T
            return np.asarray(turned[part])

        variables[name] = Variable(name, variable.shape[::-1], variable.dtype, (), variable.attributes, get)
    return Store(store.name, variables, store.attributes, store.skipped)


def _version_5(path: Path, name: str) -> Store:
    from scipy.io import loadmat, whosmat
    from scipy.io.matlab import MatReadError

    check_plain(path)
    try:
        listed = whosmat(path)
    except (ValueError, TypeError, OSError, MatReadError, NotImplementedError, KeyError, MemoryError) as error:
        raise UnreadableFile(f"{name} is damaged or truncated: {str(error)[:200]}.") from error
    variables, skipped = {}, []
    for key, shape, kind in listed:
        if kind not in _NUMBERS:
            skipped.append(key)
            continue
        if math.prod(shape) * np.dtype(_NUMBERS[kind]).itemsize > _MOST_BYTES:
            raise FileTooLarge(f"{name} holds {key} of more than {_MOST_BYTES >> 30} GB; cut it into parts.")

        def get(part: Any, own: str = key) -> NDArray[Any]:
            try:
                values = loadmat(path, variable_names=[own], chars_as_strings=False)[own]
            except (ValueError, TypeError, OSError, MatReadError, KeyError, EOFError) as error:
                raise UnreadableFile(f"{name} is damaged or truncated in {own}: {str(error)[:200]}.") from error
            if not isinstance(values, np.ndarray) or values.dtype.kind not in "iufb":
                raise UnreadableFile(f"{name} holds no plain numbers in {own}; export its magnitude as an array.")
            return np.asarray(values[part])

        variables[key] = Variable(key, tuple(shape), _NUMBERS[kind], (), {}, get)
    return Store(name, variables, {}, skipped)


def _cubes(store: Store) -> tuple[list[tuple[str, tuple[int, int, int], Variable]], list[str]]:
    """Return name, [bands, rows, columns] and variable of each cube, and the names of what is none.

    Cubes of three axes come first; without any an unrolled one [bands, rows x columns] beside its sizes, else matrices.
    """
    cubes = [(name, _axes(v.shape), v) for name, v in store.variables.items() if _is_cube(v)]
    if not cubes:
        cubes = _unrolled(store) or [
            (name, (1, *v.shape), v)
            for name, v in store.variables.items()
            if len(v.shape) == 2 and min(v.shape) >= _LEAST_SIDE
        ]
    if not cubes:
        names = ", ".join([*store.variables, *store.skipped][:_NAMED]) or "nothing"
        raise UnreadableFile(f"{store.name} holds no cube of numbers [rows, columns, bands] (it holds {names}).")
    for name, (bands, rows, columns), _ in cubes:
        check_shape(f"{store.name}: {name}", columns, rows, bands)
    read = {name for name, _, _ in cubes}
    return cubes, [name for name, v in store.variables.items() if name not in read and math.prod(v.shape) > 1]


def _is_cube(variable: Variable) -> bool:
    return len(variable.shape) == 3 and min(sorted(variable.shape)[1:]) >= _LEAST_SIDE and min(variable.shape) >= 1


def _axes(shape: tuple[int, ...]) -> tuple[int, int, int]:
    axis = _band_axis(shape)
    rows, columns = (side for at, side in enumerate(shape) if at != axis)
    return shape[axis], rows, columns


def _band_axis(shape: tuple[int, ...]) -> int:
    """Return which axis of three is that of bands: the last, unless the first alone can be."""
    first_alone = shape[1] == shape[2] != shape[0] or shape[2] > DEFAULT_LIMITS.max_bands >= shape[0]
    small_first = shape[0] * 4 <= min(shape[1:]) and shape[2] > shape[0] * 4
    return 0 if shape[0] != shape[1] and (first_alone or small_first) else 2


def _unrolled(store: Store) -> list[tuple[str, tuple[int, int, int], Variable]]:
    sizes = {name.lower(): variable for name, variable in store.variables.items() if math.prod(variable.shape) == 1}
    pairs = (
        ("nrow", "ncol"),
        ("rows", "cols"),
        ("h", "w"),
        ("nrows", "ncols"),
        ("lines", "samples"),
        ("height", "width"),
    )
    for pair in pairs:
        if all(name in sizes for name in pair):
            rows, columns = (int(np.ravel(sizes[name].get((slice(None),)))[0]) for name in pair)
            fit = [
                (name, (v.shape[0], rows, columns), v)
                for name, v in store.variables.items()
                if len(v.shape) == 2 and v.shape[1] == rows * columns
            ]
            return sorted(fit, key=lambda item: -item[1][0])[:1]
    return []


def _oriented(store: Store, variable: Variable, shape: tuple[int, int, int]) -> NDArray[Any]:
    values = np.asarray(variable.get((slice(None),)))
    if len(variable.shape) == 2:
        if shape[0] == 1 and shape[1:] == variable.shape:
            return values[None]
        return values.reshape(shape[0], shape[2], shape[1]).transpose(0, 2, 1)  # MATLAB counts down the columns
    return np.moveaxis(values, _band_axis(variable.shape), 0)


def _write(path: Path, store: Store, values: NDArray[Any]) -> None:
    count, height, width = values.shape
    centres = _wavelengths(store, count)
    names = ["" if count == 1 else f"Band {number + 1}" for number in range(count)]
    bands = tuple(Band("", name, None if centres is None else float(centres[at])) for at, name in enumerate(names))
    sheet = Sheet(width, height, str(values.dtype), bands)
    write_layer(path, sheet, lambda rows, columns: values[:, rows, columns], progress=lambda share: None)


def _wavelengths(store: Store, count: int) -> NDArray[np.float64] | None:
    for name, variable in store.variables.items():
        if name.lower() in _WAVELENGTHS and math.prod(variable.shape) == count and count > 1:
            numbers = np.ravel(variable.get((slice(None),)))
            centres = nanometres(Variable(name, (count,), variable.dtype, (), {}, numbers.__getitem__))
            if centres is not None and ((centres > 200) & (centres < 20_000)).all():
                return centres
    return None


def _told(variable: Variable, shape: tuple[int, int, int]) -> str:
    if len(variable.shape) == 2 and shape[1:] != variable.shape:
        return f"Its {shape[0]} rows are taken for bands of {shape[2]} x {shape[1]} px, counted down the columns."
    if len(variable.shape) < 3:
        return ""
    which = "first" if _band_axis(variable.shape) == 0 else "third"
    return f"The {which} of its axes ({' x '.join(map(str, variable.shape))}) is taken for bands."


def _not_read(names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [f"Not read of the file, since they are no cube: {', '.join(names[:_NAMED])}{more}."]
