"""How fast encoders embed, side by side in one run; whether memory stays flat and cost grows in proportion."""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import torch

from mlcore.benchmarks.rows import ROWS, EncoderRow
from mlcore.encoders import AnyEncoder, get_encoder
from mlcore.errors import MLCoreError
from mlcore.samples import Chip, Sample
from mlcore.sensors import Sensor, get_sensor, spectrometer

TILE_PX = 64
BAR_TILES_A_SECOND = 300
_SENSORS = ("landsat7-etm", "sentinel2-l1c", "rgb")
_ROWS = ("ours", "statistics", "random-convolutions", "galileo", "presto")
_TILES, _REPEATS = 64, 3
_STREAM_PX, _STREAM_CHUNK = 16, 500
_COUNTS, _BANDS = (64, 128, 256, 512), (8, 16, 32, 64, 128, 256)


@dataclass(frozen=True)
class Rate:
    """What one encoder did with tiles of one sensor."""

    row: str
    sensor: str
    precision: str
    tiles_a_second: float  # by the clock, best of a few
    tiles_a_cpu_second: float  # by the processor time of all threads: what a busy machine hides


@dataclass(frozen=True)
class Memory:
    """The largest resident memory of the process, MB, after each tenth of a stream of tiles."""

    tiles: int
    megabytes: tuple[float, ...]

    @property
    def grown(self) -> float:
        """Return by how many MB it grew after the first tenth."""
        return self.megabytes[-1] - self.megabytes[0]


@dataclass(frozen=True)
class Growth:
    """How processor time grows with a size: the exponent of the best power law; 1 is in proportion."""

    of: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """Return the slope in logarithms."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.seconds), 1)[0])


@dataclass
class Speed:
    """Everything that was measured."""

    threads: int
    rates: list[Rate] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    memory: Memory | None = None
    growth: list[Growth] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description."""
        return asdict(self)


def measure(*, threads: int = 2, stream: int = 100_000, progress: Callable[[str], None] = lambda _: None) -> Speed:
    """Measure rates of every encoder on every sensor that it reads, then memory and growth of ours."""
    torch.set_num_threads(threads)
    report = Speed(threads)
    for name in _ROWS:
        for code in _SENSORS:
            for rate in _rates(name, code, report.left_out):
                report.rates.append(rate)
                progress(_rate_line(rate))
    ours = get_encoder("nano")
    report.memory = _memory(ours, stream)
    report.growth = [_growth_in_tiles(ours), _growth_in_bands(ours)]
    return report


def _rates(name: str, code: str, left_out: list[str]) -> Iterator[Rate]:
    row = ROWS[name]
    if not isinstance(row, EncoderRow):
        return
    samples = tiles(get_sensor(code), _TILES)
    try:
        why = row.encoder.cannot_read(samples[0])
    except MLCoreError as error:
        why = str(error)
    if why:
        left_out.append(f"{row.title}, {code}: {why}")
        return
    yield _timed(row.encoder, samples, (name, code, "fp32"))
    if name == "ours" and _has_bf16():
        with torch.autocast("cpu", torch.bfloat16):
            yield _timed(row.encoder, samples, (name, code, "bf16"))


def _timed(encoder: AnyEncoder, samples: Sequence[Sample], what: tuple[str, str, str]) -> Rate:
    encoder.embed(samples[:8])
    clock, processor = [], []
    for _ in range(_REPEATS):
        started = time.perf_counter(), time.process_time()
        encoder.embed(samples)
        clock.append(time.perf_counter() - started[0])
        processor.append(time.process_time() - started[1])
    return Rate(*what, len(samples) / min(clock), len(samples) / min(processor))


def _has_bf16() -> bool:
    probes = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, probe, lambda: False)() for probe in probes)


def tiles(sensor: Sensor, count: int, side: int = TILE_PX) -> list[Sample]:
    """Return tiles of noise in the units of a sensor, in one array."""
    rng = np.random.default_rng(0)
    pixels = rng.uniform(20, 250, (count, len(sensor.bands), side, side)).astype(np.float32)
    mask = np.ones((side, side), bool)
    return [Sample((Chip(tile, mask, sensor),)) for tile in pixels]


def _memory(encoder: AnyEncoder, count: int) -> Memory:
    samples = tiles(get_sensor("landsat7-etm"), _STREAM_CHUNK, _STREAM_PX)
    marks, done = list[float](), 0
    for tenth in range(1, 11):
        while done < count * tenth // 10:
            encoder.embed(samples)
            done += len(samples)
        marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return Memory(done, tuple(marks))


def _growth_in_tiles(encoder: AnyEncoder) -> Growth:
    samples = tiles(get_sensor("landsat7-etm"), max(_COUNTS), 32)
    return Growth("tiles", _COUNTS, tuple(_seconds(encoder, samples[:count]) for count in _COUNTS))


def _growth_in_bands(encoder: AnyEncoder) -> Growth:
    seconds = []
    for bands in _BANDS:
        made = spectrometer(list(np.linspace(420, 2400, bands)), code=f"speed-{bands}")
        seconds.append(_seconds(encoder, tiles(replace(made, gsd_m=10.0), 64, 32)))
    return Growth("bands", _BANDS, tuple(seconds))


def _seconds(encoder: AnyEncoder, samples: Sequence[Sample]) -> float:
    encoder.embed(samples[:4])
    taken = []
    for _ in range(_REPEATS):
        started = time.process_time()
        encoder.embed(samples)
        taken.append(time.process_time() - started)
    return min(taken)


def _rate_line(rate: Rate) -> str:
    what = f"{ROWS[rate.row].title}, {rate.sensor}, {rate.precision}"
    return f"{what}: {rate.tiles_a_second:.0f} tiles/s, {rate.tiles_a_cpu_second:.0f} a second of one core"


def text(report: Speed) -> str:
    """Return what was found, with a verdict on each bar."""
    lines = [
        f"Tiles of {TILE_PX} x {TILE_PX} px, {report.threads} threads.",
        *map(_rate_line, report.rates),
        *report.left_out,
    ]
    ours = [rate for rate in report.rates if (rate.row, rate.sensor) == ("ours", "landsat7-etm")]
    best = max((rate.tiles_a_second for rate in ours), default=0.0)
    lines.append(f"At least {BAR_TILES_A_SECOND} tiles a second: {_word(best >= BAR_TILES_A_SECOND)} ({best:.0f})")
    if report.memory:
        grown = report.memory.grown
        lines.append(f"Memory over {report.memory.tiles:,} tiles: grew by {grown:.0f} MB after the first tenth")
    for growth in report.growth:
        lines.append(
            f"Time grows with {growth.of} to the power of {growth.exponent:.2f}: {_word(growth.exponent <= 1.1)}"
        )
    return "\n".join(lines)


def _word(met: bool) -> str:
    return "met" if met else "missed"
