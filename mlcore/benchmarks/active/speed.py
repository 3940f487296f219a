"""How fast strategies choose, and with how much memory: a verdict on each bar, on made-up vectors of real sizes."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.heads.logistic import Logistic
from mlcore.query import Pool, choose

_THREADS, _REPEATS, _BATCHES = 2, 5, 20
_CLASSES, _DIM, _BATCH = 15, 256, 100
_COVERED = 50
_SMALLEST = 100_000  # vectors of the smallest pool; written at once, too


@dataclass(frozen=True)
class Timing:
    """What one choice took."""

    what: str
    seconds: float  # by the clock: the least of a few, or the 95th percentile where the bar says so
    processor: float  # seconds of the processor a thread: what a busy machine hides
    bar: float | None = None
    megabytes: float | None = None  # by which the process grew
    bar_megabytes: float | None = None

    @property
    def met(self) -> bool | None:
        """Return whether all bars are met; None without one."""
        verdicts = [self.seconds <= self.bar] if self.bar is not None else []
        if self.megabytes is not None and self.bar_megabytes is not None:
            verdicts.append(self.megabytes <= self.bar_megabytes)
        return all(verdicts) if verdicts else None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description."""
        return {**asdict(self), "met": self.met}


def measure(*, most: int = 1_000_000, progress: Callable[[str], None] = lambda _: None) -> list[Timing]:
    """Measure every bar on two threads; pools grow tenfold from 100,000 to `most` vectors, float16, memory-mapped."""
    timings = []
    with threadpool_limits(_THREADS), tempfile.TemporaryDirectory() as folder:
        for timing in [*_single(), *_growing(Path(folder), most)]:
            timings.append(timing)
            progress(_line(timing))
    growth = [timing.processor for timing in timings if timing.what.startswith("next batch")]
    progress(f"Cost of a batch over the vectors of its pool: {_exponents(growth)}")
    return timings


def _single() -> Iterator[Timing]:
    """Yield the strategies by themselves."""
    chances = np.asfortranarray(_chances(1_000_000))
    pool = Pool(np.zeros((len(chances), 1), np.float32), np.arange(len(chances)), np.zeros(0, int), chances)
    yield Timing("margin, 1e6 x 15", *_least(lambda: choose("margin", pool, _BATCH)), 0.010)
    yield Timing("k-center, 1e5 x 256, 100", *_least(_asking("k_center", 100_000, _BATCH)), 0.1)
    yield Timing("BADGE, 5e4 x 256, 100", *_least(_asking("badge", 50_000, _BATCH)), 0.05)
    yield Timing("MaxHerding, 1e4 x 256, 100", *_least(_asking("max_herding", 10_000, _BATCH)), 1.0)


def _asking(name: str, count: int, batch: int) -> Callable[[], object]:
    vectors = np.random.default_rng(1).normal(size=(count, _DIM)).astype(np.float32)
    pool = Pool(vectors, np.arange(_COVERED, count), np.arange(_COVERED), _chances(count))
    return lambda: choose(name, pool, batch)


def _growing(folder: Path, most: int) -> Iterator[Timing]:
    """Yield the whole next batch, scored by a head and chosen by `auto`, from pools of growing size."""
    count = _SMALLEST
    while count <= most:
        vectors = _mapped(folder / "vectors.npy", count)
        head = np.random.default_rng(2).normal(size=(_DIM, _CLASSES)).astype(np.float32)
        covered = np.random.default_rng(3).choice(count, 20 * _CLASSES, replace=False)
        before = _peak()
        times = [
            _timed(partial(_next_batch, vectors, head, covered, seed))
            for seed in range(_BATCHES if count <= 1_000_000 else 3)
        ]
        clock, processor = np.quantile(times, 0.95, axis=0).tolist()
        size = vectors.nbytes / 2**20
        bar = 0.3 if count == 1_000_000 else None
        grown = _peak() - before + size  # the vectors themselves are read through the page cache
        yield Timing(f"next batch, {count:.0e} x {_DIM}, p95", clock, processor, bar, grown, 1.5 * size)
        count *= 10


def _next_batch(vectors: NDArray[np.float16], head: NDArray[np.float32], covered: NDArray[np.int64], seed: int) -> None:
    logistic = Logistic(np.arange(_CLASSES), head, np.zeros(_CLASSES, np.float32))
    chances = logistic.predict_proba(vectors)
    candidates = np.setdiff1d(np.arange(len(vectors)), covered, assume_unique=True)
    choose("auto", replace(Pool(vectors, candidates, covered, chances), seed=seed), _BATCH)


def _mapped(path: Path, count: int) -> NDArray[np.float16]:
    """Write vectors in clusters to a file and map it."""
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(200, _DIM)).astype(np.float32)
    with path.open("wb") as file:
        np.lib.format.write_array_header_2_0(file, {"descr": "<f2", "fortran_order": False, "shape": (count, _DIM)})
        for start in range(0, count, _SMALLEST):
            rows = min(_SMALLEST, count - start)
            noise = rng.standard_normal((rows, _DIM), np.float32)
            (centres[rng.integers(0, len(centres), rows)] + noise).astype(np.float16).tofile(file)
    mapped: NDArray[np.float16] = np.load(path, mmap_mode="r")
    return mapped


def _chances(count: int) -> NDArray[np.float32]:
    draws = np.random.default_rng(0).standard_gamma(1.0, (count, _CLASSES), np.float32)
    chances: NDArray[np.float32] = draws / draws.sum(1, keepdims=True)
    return chances


def _least(work: Callable[[], object]) -> tuple[float, float]:
    work()
    clock, processor = np.min([_timed(work) for _ in range(_REPEATS)], axis=0).tolist()
    return clock, processor


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock, and of the processor for each thread."""
    started = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started[0], (time.process_time() - started[1]) / _THREADS


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _line(timing: Timing) -> str:
    parts = [f"{timing.what}: {1000 * timing.seconds:.1f} ms ({1000 * timing.processor:.1f} of the processor a thread)"]
    if timing.bar is not None:
        parts.append(f"bar {1000 * timing.bar:.0f} ms")
    if timing.megabytes is not None:
        parts.append(f"{timing.megabytes:.0f} MB with the vectors, bar {timing.bar_megabytes:.0f} MB")
    word = {True: "met", False: "missed", None: "no bar"}[timing.met]
    return f"{', '.join(parts)}: {word}"


def _exponents(seconds: list[float]) -> str:
    exponents = [f"{np.log10(later / earlier):.2f}" for earlier, later in zip(seconds, seconds[1:], strict=False)]
    return (
        f"tenfold vectors take 10^{' and 10^'.join(exponents)} as long; 1 is in proportion"
        if exponents
        else "one size only"
    )
