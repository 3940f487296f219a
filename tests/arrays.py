"""Small NetCDF, HDF5, Zarr and MATLAB files built in code, and the words that they need."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

WKT_33N = "EPSG:32633"


def write_netcdf(path: Path, *, times: int = 0, north_up: bool = True, crs: str | None = WKT_33N, **more: Any) -> Path:
    """Write a NetCDF-4 grid of 12 x 10 px with the variable 'ndvi', times if any."""
    height, width = 10, 12
    shape = (*([times] if times else []), height, width)
    values = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    with h5py.File(path, "w") as file:
        y = 5_500_000 - 10 * np.arange(height) - 5.0
        axes = {"y": y if north_up else y[::-1], "x": 500_000 + 10 * np.arange(width) + 5.0}
        if times:
            axes = {"time": np.arange(times) * 5.0, **axes}
        for name, numbers in axes.items():
            file[name] = numbers
            file[name].make_scale(name)
        if times:
            file["time"].attrs["units"] = "days since 2020-01-01 00:00:00"
        data = file.create_dataset("ndvi", data=values if north_up else values[..., ::-1, :])
        for axis, name in enumerate(axes):
            data.dims[axis].attach_scale(file[name])
        data.attrs.update({"scale_factor": 1e-4, "add_offset": -0.1, "_FillValue": np.int16(-1)} | more)
        if crs:
            file["spatial_ref"] = 0
            file["spatial_ref"].attrs["spatial_ref"] = _wkt(crs)
            data.attrs["grid_mapping"] = "spatial_ref"
    return path


def _wkt(crs: str) -> str:
    from pyproj import CRS

    return CRS.from_user_input(crs).to_wkt()


def write_zarr(folder: Path, *, version: int = 2) -> Path:
    """Write a Zarr store of one grid with its axes."""
    import zarr

    group = zarr.open_group(str(folder), mode="w", zarr_format=version)
    numbers = {
        "x": 500_005 + 10.0 * np.arange(12),
        "y": 5_499_995 - 10.0 * np.arange(10),
        "red": np.arange(120, dtype=np.uint16).reshape(10, 12),
        "nir": np.arange(120, dtype=np.uint16).reshape(10, 12) + 1000,
    }
    for name, values in numbers.items():
        dims = ["y", "x"] if values.ndim == 2 else [name]
        kept = {"dimension_names": dims} if version == 3 else {}
        array = group.create_array(name, shape=values.shape, dtype=values.dtype, chunks=values.shape, **kept)
        array[...] = values
        if version == 2:
            array.attrs["_ARRAY_DIMENSIONS"] = dims
    group.attrs["crs"] = "EPSG:32633"
    return folder
