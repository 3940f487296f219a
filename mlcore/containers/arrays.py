"""Arrays: NetCDF, HDF5 and Zarr as containers of the rasters in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from mlcore.containers.classic import is_classic, open_classic
from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.grids import peek_grids, unfold_grids
from mlcore.containers.hdf import is_hdf, open_hdf
from mlcore.containers.spectrometers import special_of
from mlcore.containers.stores import Store
from mlcore.containers.zarrs import open_zarr
from mlcore.files import first_bytes


class Grids(Container):
    """A NetCDF or HDF5 file."""

    code = "netcdf"
    title = "NetCDF or HDF5 file"
    endings: ClassVar[tuple[str, ...]] = (".nc", ".nc4", ".cdf", ".h5", ".hdf5", ".he5")

    def begins(self, start: bytes, name: str) -> bool:
        """Return whether it is either kind of NetCDF, or HDF5."""
        return (is_hdf(start) and not start.startswith(b"MATLAB")) or is_classic(start)

    def peek(self, bundle: Bundle) -> str:
        """List its grids."""
        with self.opened(bundle) as store:
            special = special_of(store)
            return special.peek(store) if special else peek_grids(store)

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write each grid and date."""
        with self.opened(bundle) as store:
            special = special_of(store)
            unfold = special.unfold if special else unfold_grids
            return unfold(store, folder, progress=progress)

    @contextmanager
    def opened(self, bundle: Bundle) -> Iterator[Store]:
        """Open the file as a store."""
        opener = open_classic if is_classic(first_bytes(bundle.main, 4)) else open_hdf
        with opener(bundle.main, bundle.name) as store:
            yield store


class ZarrStore(Grids):
    """A Zarr store."""

    code = "zarr"
    title = "Zarr store"
    endings = ()

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: an archive or a folder is known by the names in it."""
        return False

    @contextmanager
    def opened(self, bundle: Bundle) -> Iterator[Store]:
        """Open the folder or archive as a store."""
        with open_zarr(bundle) as store:
            yield store
