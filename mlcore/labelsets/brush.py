"""Brush: the run lengths in which Label Studio keeps painted pixels, four bytes (RGBA) a pixel."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mlcore.labelsets.images import MOST_PIXELS

_WORD = 8  # bits
_SIZES = (3, 4, 8, 16)  # bits in which a run's length may be told


def brush_pixels(told: list[int], width: int, height: int) -> NDArray[np.bool_]:
    """Return the painted pixels [H, W].

    Raises:
        ValueError: it is no brush of this size.
    """
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"its image has {width} x {height} px")
    values = _decoded(np.asarray(told, np.uint8), 4 * width * height)
    return values.reshape(height, width, 4)[..., 3] > 0


def brush_of(pixels: NDArray[np.bool_]) -> list[int]:
    """Return painted pixels [H, W] as run lengths of four bytes a pixel, all 255 or all 0."""
    flat = pixels.ravel()
    edges = np.concatenate(([0], np.flatnonzero(np.diff(flat)) + 1, [flat.size]))
    bits = [f"{4 * flat.size:032b}", f"{_WORD - 1:05b}", *(f"{size - 1:04b}" for size in _SIZES)]
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        word = f"{255 if flat[start] else 0:08b}"
        for length in _cut(4 * (end - start)):
            size = next(at for at, width in enumerate(_SIZES) if length <= 2**width)
            bits.append(f"1{size:02b}{length - 1:0{_SIZES[size]}b}{word}")
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return [int(text[at : at + 8], 2) for at in range(0, len(text), 8)]


def _cut(length: int) -> Iterator[int]:
    """Yield a run in pieces, none longer than the longest that can be told."""
    most = 2 ** _SIZES[-1]
    while length > 0:
        yield min(length, most)
        length -= most


def _decoded(data: NDArray[np.uint8], expected: int) -> NDArray[np.uint8]:
    """Return the bytes of a stream of bits: how many, word size, four sizes of lengths, then runs."""
    bits = _Bits(data)
    count, word = bits.take(32), bits.take(5) + 1
    sizes = [bits.take(4) + 1 for _ in range(4)]
    if count != expected or word != 8:
        raise ValueError("its brush is of another size than its image")
    values = np.zeros(count, np.uint8)
    at = 0
    while at < count:
        same = bits.take(1)
        length = bits.take(sizes[bits.take(2)]) + 1
        end = at + length
        if end > count:
            raise ValueError("its brush reaches beyond its image")
        if same:
            values[at:end] = bits.take(word)
        else:
            values[at:end] = [bits.take(word) for _ in range(length)]
        at = end
    return values


class _Bits:
    """A stream of bits, the highest of each byte first."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data, self._at, self._end = data.tobytes(), 0, 8 * len(data)

    def take(self, count: int) -> int:
        """Return the number in the next bits."""
        start, self._at = self._at, self._at + count
        if self._at > self._end:
            raise ValueError("its brush ends early")
        window = self._data[start // 8 : -(-self._at // 8)]
        return (int.from_bytes(window, "big") >> (-self._at % 8)) & ((1 << count) - 1)
