"""Work on many rows: in blocks that fit the cache, one thread for each core that BLAS may use."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from threadpoolctl import ThreadpoolController

ROWS = 2048  # of 256 float32: 2 MB


def over_blocks(work: Callable[[slice], None], count: int, *, rows: int = ROWS) -> None:
    """Call `work` with consecutive slices of `count` rows; each call writes to a place of its own.

    Numpy lets go of the interpreter inside, so threads help; BLAS keeps to one thread each meanwhile.
    """
    threads = _threads() if count > rows else 1
    if threads < 2:
        for part in blocks(count, rows):
            work(part)
        return
    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, blocks(count, rows)))


def blocks(count: int, rows: int = ROWS) -> Iterator[slice]:
    """Yield consecutive slices of `count` rows."""
    return (slice(start, min(start + rows, count)) for start in range(0, count, rows))


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()  # looking for the libraries takes milliseconds


def _threads() -> int:
    return max((int(library["num_threads"]) for library in _blas().select(user_api="blas").info()), default=1)
