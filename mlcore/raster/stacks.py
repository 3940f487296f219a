"""Stacks: bands of remote files as one raster, on the grid of the finest; coarser ones are warped as they are read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.windows import Window

from mlcore.errors import UnreadableFile
from mlcore.files import check_plain
from mlcore.raster.opening import Transform
from mlcore.raster.remote import Elsewhere
from mlcore.raster.sources import Source
from mlcore.raster.window import Mask, Pixels, Shape, read_window
from mlcore.remote import Pinned

_LONGEST = 2**20  # bytes of a description


@dataclass(frozen=True)
class StackFile:
    """A remote file, and where its pixels lie."""

    pinned: Pinned
    transform: Transform


@dataclass(frozen=True)
class StackBand:
    """A band of one of the files."""

    file: int  # which of the stack's
    number: int  # in its file, from 1
    dtype: str
    name: str | None = None
    nodata: float | None = None  # where a catalogue states it and the file does not
    colour: str = "gray"
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Stack:
    """What a raster of remote files is made of; all of it is known without asking anybody."""

    files: tuple[StackFile, ...]
    bands: tuple[StackBand, ...]
    width: int  # px of the finest
    height: int  # px
    crs: str | None
    transform: Transform
    nodata: float | None = None
    masked: bool = False  # whether a file has a mask of its own
    tags: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Stack":
        """Rebuild what `to_dict` told."""
        files = tuple(StackFile(Pinned.from_dict(each["pinned"]), _six(each["transform"])) for each in data["files"])
        bands = tuple(StackBand(**band) for band in data["bands"])
        return cls(**{**data, "files": files, "bands": bands, "transform": _six(data["transform"])})


def _six(numbers: Sequence[float]) -> Transform:
    a, b, c, d, e, f = map(float, numbers)
    return a, b, c, d, e, f


def read_stack(path: Path) -> Stack:
    """Read the description of a stack.

    Raises:
        UnreadableFile: it is none of ours.
    """
    try:
        if check_plain(path).st_size > _LONGEST:
            raise ValueError("too long")
        return Stack.from_dict(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(f"{path.name} describes no stack of remote files.") from error


class StackPath(Elsewhere):
    """The file of ours that describes a stack."""

    @contextmanager
    def opened(self) -> Iterator["StackDataset"]:
        """Open its files as they are needed, and close all of them in the end."""
        with ExitStack() as held:
            yield StackDataset(read_stack(Path(self)), held, self.name)


class StackDataset:
    """A stack as the rooms of rasters see a dataset."""

    driver: ClassVar[str] = "stack"
    files: ClassVar[list[str]] = []
    subdatasets: ClassVar[list[str]] = []
    gcps: ClassVar[tuple[list[Any], None]] = ([], None)

    def __init__(self, stack: Stack, held: ExitStack, name: str) -> None:
        """Take what is known; nothing is opened yet."""
        self._stack, self._held, self.name = stack, held, name
        self._open: dict[int, Source] = {}
        self.width, self.height, self.count = stack.width, stack.height, len(stack.bands)
        self.crs = CRS.from_user_input(stack.crs) if stack.crs else None
        self.transform = Affine(*stack.transform)
        self.nodata = stack.nodata
        self.nodatavals = (stack.nodata,) * self.count
        self.indexes = tuple(range(1, self.count + 1))
        self.dtypes = tuple(band.dtype for band in stack.bands)
        self.descriptions = tuple(band.name for band in stack.bands)
        self.scales = tuple(band.scale for band in stack.bands)
        self.offsets = tuple(band.offset for band in stack.bands)
        self.units = ("",) * self.count
        self.colorinterp = tuple(ColorInterp[band.colour] for band in stack.bands)
        self.mask_flag_enums = ([MaskFlags.per_dataset if stack.masked else MaskFlags.all_valid],) * self.count

    def tags(self, _band: int = 0, ns: str | None = None) -> dict[str, str]:
        """Return what a catalogue or the files say; of a band alone nothing."""
        return {} if _band or ns else dict(self._stack.tags)

    def colormap(self, _band: int) -> dict[int, tuple[int, ...]]:
        """Return the colour table of the only file."""
        return dict(self._source(self._stack.bands[0].file).dataset.colormap(self._stack.bands[0].number))

    def read(
        self,
        bands: int | Sequence[int] | None = None,
        *,
        window: Window | tuple[tuple[int, int], tuple[int, int]] | None = None,
        out_shape: Sequence[int] | None = None,
        resampling: Resampling = Resampling.nearest,
        **_options: object,
    ) -> NDArray[Any]:
        """Return numbers as they are stored, as a dataset does; the number for no data where there are none."""
        chosen = [bands] if isinstance(bands, int) else list(bands or self.indexes)
        place = self._window(window)
        shape = tuple(out_shape)[-2:] if out_shape else (round(place.height), round(place.width))
        pixels, valid = self._layers(place, (shape[0], shape[1]), chosen, resampling)
        values = np.where(valid, pixels, self.nodata or 0).astype(np.result_type(*(self.dtypes[n - 1] for n in chosen)))
        return values[0] if isinstance(bands, int) else values

    def read_masks(self, bands: int | Sequence[int], **options: Any) -> NDArray[np.uint8]:
        """Return 255 where there is a number."""
        chosen = [bands] if isinstance(bands, int) else list(bands)
        place = self._window(options.get("window"))
        shape = tuple(options.get("out_shape") or (round(place.height), round(place.width)))[-2:]
        _, valid = self._layers(place, (shape[0], shape[1]), chosen, Resampling.nearest)
        masks = valid.astype(np.uint8) * np.uint8(255)
        return masks[0] if isinstance(bands, int) else masks

    def read_inside(
        self, window: Window, size: Shape, bands: Sequence[int], resampling: Resampling
    ) -> tuple[Pixels, Mask]:
        """Return numbers [bands, H, W] of a window on the raster, 0 where there are none, and where there are some."""
        pixels, valid = self._layers(window, size, bands, resampling)
        return pixels, np.any(valid, axis=0)

    def _layers(
        self, window: Window, size: Shape, bands: Sequence[int], resampling: Resampling
    ) -> tuple[Pixels, NDArray[np.bool_]]:
        pixels, valid = np.zeros((len(bands), *size), np.float32), np.zeros((len(bands), *size), np.bool_)
        for at, number in enumerate(bands):
            band = self._stack.bands[number - 1]
            own = self._in_file(window, band.file)
            fitting = self._fitting(own, size, resampling)
            of = self._source(band.file)
            with of.reading():
                values, mask = read_window(of.dataset, own, size, bands=[band.number], resampling=fitting)
            if band.nodata is not None:
                mask = mask & (values[0] != np.float32(band.nodata))
            pixels[at], valid[at] = values[0] * mask, mask
        return pixels, valid

    def _in_file(self, window: Window, number: int) -> Window:
        """Return a window of the stack in the pixels of one of its files."""
        step = ~Affine(*self._stack.files[number].transform) @ self.transform
        left, top = step @ (window.col_off, window.row_off)
        width, height = window.width * step.a, window.height * step.e
        near = [round(value, 6) for value in (left, top, width, height)]
        return Window(*near)

    def _fitting(self, window: Window, size: Shape, resampling: Resampling) -> Resampling:
        """Return how a file is resampled: nothing is averaged where its pixels are the larger ones."""
        coarse = window.width <= size[1] and window.height <= size[0]
        return Resampling.bilinear if resampling is Resampling.average and coarse else resampling

    def _source(self, number: int) -> Source:
        if number not in self._open:
            self._open[number] = self._held.enter_context(closing(Source(self._stack.files[number].pinned)))
        return self._open[number]

    def _window(self, window: Any) -> Window:
        if window is None:
            return Window(0, 0, self.width, self.height)
        return window if isinstance(window, Window) else Window.from_slices(*window)
