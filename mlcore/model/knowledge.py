"""Knowledge beside the imagery, as columns of a vector: place, season, weather, resolution; texts.

Un-projected and opt-in: in a project of a single scene the place is only a shortcut. What is unknown is zero, and
each block ends by telling that.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import UnknownName
from mlcore.model.context import GSD_DIM, SEASON_DIM, gsd_encoding, place_encoding, season_encoding
from mlcore.samples import WEATHER, Sample
from mlcore.text import TEXT_DIM, SentenceEncoder

_PLACE_DEGREE = 2
_WEATHER_NUMBERS = 6  # mean, least, most, last, trend, known
_TEXT_NUMBERS = 64
TEXT_BLOCK = _TEXT_NUMBERS + 1


def _place(sample: Sample) -> NDArray[np.floating]:
    return place_encoding(sample.place, _PLACE_DEGREE)


def _season(sample: Sample) -> NDArray[np.floating]:
    return season_encoding(_middle(sample), sample.place)


def _middle(sample: Sample) -> date | None:
    """Return the sample's date, or the middle one of its chips' dates."""
    days = sorted(chip.acquired for chip in sample.chips if chip.acquired)
    return sample.acquired or (days[len(days) // 2] if days else None)


def _weather(sample: Sample) -> NDArray[np.floating]:
    numbers = np.zeros((len(WEATHER), _WEATHER_NUMBERS), np.float32)
    if sample.weather is None:
        return numbers.ravel()
    for column, name in enumerate(sample.weather.variables):
        usual, spread = WEATHER[name]
        series = (sample.weather.values[:, column] - usual) / spread
        series = np.clip(series[np.isfinite(series)], -10, 10)
        if series.size:
            trend = np.polyfit(np.linspace(-1, 1, series.size), series, 1)[0] if series.size > 1 else 0.0
            row = [series.mean(), series.min(), series.max(), series[-1], trend, 1.0]
            numbers[list(WEATHER).index(name)] = row
    return numbers.ravel()


def _gsd(sample: Sample) -> NDArray[np.floating]:
    return gsd_encoding(sample.chips[0].sensor.gsd_m if sample.chips else None)


# Kind -> how many columns, and how they are computed.
KNOWLEDGE: dict[str, tuple[int, Callable[[Sample], NDArray[np.floating]]]] = {
    "place": ((_PLACE_DEGREE + 1) ** 2, _place),
    "season": (SEASON_DIM, _season),
    "weather": (len(WEATHER) * _WEATHER_NUMBERS, _weather),
    "gsd": (GSD_DIM, _gsd),
}


def check_kinds(kinds: Sequence[str]) -> None:
    """Refuse kinds of knowledge that there are not.

    Raises:
        UnknownName: no such kind; the message lists those there are.
    """
    for kind in kinds:
        if kind not in KNOWLEDGE:
            raise UnknownName("knowledge", kind, KNOWLEDGE)


def known_columns(samples: Sequence[Sample], kinds: Sequence[str]) -> NDArray[np.float32]:
    """Return the columns of each kind side by side, float32 [N, sum of their lengths]."""
    rows = [np.concatenate([KNOWLEDGE[kind][1](sample) for kind in kinds]) for sample in samples]
    return np.stack(rows).astype(np.float32)


def text_columns(samples: Sequence[Sample], sentences: SentenceEncoder) -> NDArray[np.float32]:
    """Return the mean of each sample's sentences on a fixed basis, then log2(1 + posts), float32 [N, TEXT_BLOCK].

    The basis is 64 of the 384 rows of the orthonormal cosine transform (Ahmed et al., 1974), evenly spread: coordinates
    of sentence vectors have no order, so it keeps distances as a random projection does, without drawing numbers.
    """
    columns = np.zeros((len(samples), TEXT_BLOCK), np.float32)
    for row, sample in zip(columns, samples, strict=True):
        if sample.texts:
            row[:-1] = sentences.embed(sample.texts).mean(0) @ _text_basis()
            row[-1] = np.log2(1 + len(sample.texts))
    return columns


def _text_basis() -> NDArray[np.float64]:
    waves = np.arange(1, _TEXT_NUMBERS + 1) * (TEXT_DIM // _TEXT_NUMBERS) - 1
    angles = np.pi / TEXT_DIM * (np.arange(TEXT_DIM)[:, None] + 0.5) * waves
    basis: NDArray[np.float64] = np.cos(angles) * np.sqrt(2 / TEXT_DIM)
    return basis
