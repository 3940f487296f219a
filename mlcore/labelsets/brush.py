"""Brush: the run lengths in which Label Studio keeps painted pixels, four bytes (RGBA) a pixel."""

import numpy as np
from numpy.typing import NDArray

from mlcore.labelsets.images import MOST_PIXELS


def brush_pixels(told: list[int], width: int, height: int) -> NDArray[np.bool_]:
    """Return the painted pixels [H, W].

    Raises:
        ValueError: it is no brush of this size.
    """
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"its image has {width} x {height} px")
    values = _decoded(np.asarray(told, np.uint8), 4 * width * height)
    return values.reshape(height, width, 4)[..., 3] > 0


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
