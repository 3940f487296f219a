"""Bad files of every kind that is read, made here: each is refused with what to do, and leaves nothing behind."""

from collections.abc import Callable, Iterator

from tests.bad_files import cubes, rasters, sets
from tests.bad_files.case import Case

TAKEN = sets.taken
__all__ = ["KINDS", "TAKEN", "Case"]

KINDS: dict[str, Callable[[], Iterator[Case]]] = {
    "geotiffs": rasters.geotiffs,
    "pictures": rasters.pictures,
    "strangers": rasters.strangers,
    "envi": cubes.envis,
    "hdf": cubes.hdfs,
    "zarr": cubes.zarrs,
    "matlab": cubes.matlabs,
    "numpy": cubes.numpies,
    "clouds": sets.clouds,
    "tables": sets.tables,
    "archives": sets.archives,
}
