"""A large cloud comes in, and its tiles answer: `python -m tests.benchmarks.clouds [--points 20000000]`.

It makes a cloud of forest over rolling ground, lets a child read it as an upload is read, and asks for tiles of its
points. The bars, on two cores: 20 million points within 120 s and 1 GB, a tile within 200 ms.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import laspy
import numpy as np
from pyproj import CRS

from mlcore.containers import Bundle, get_container
from mlcore.raster.grid import grid_for
from mlcore.readers import get_reader
from mlcore.readers.tile_returns import returns_in

DENSITY, PART = 8, 1_000_000  # points a square metre; points


def write_forest(path: Path, count: int) -> None:
    """Write a cloud of so many points in strips, as an aeroplane flies."""
    side, draw = (count / DENSITY) ** 0.5, np.random.default_rng(0)
    header = laspy.LasHeader(point_format=6, version="1.4")
    header.scales, header.offsets = np.full(3, 0.001), np.array([500_000.0, 5_000_000.0, 0.0])
    header.add_crs(CRS.from_epsg(32632))
    parts = -(-count // PART)
    with laspy.open(path, "w", header=header) as file:
        for part in range(parts):
            size = min(PART, count - part * PART)
            x, y = draw.uniform(0, side, size), (part + draw.uniform(0, 1, size)) / parts * side
            tree = draw.random(size) < 0.6
            record = laspy.ScaleAwarePointRecord.zeros(size, header=header)
            record.x, record.y = 500_000 + x, 5_000_000 - y
            record.z = 20 * np.sin(x / 200) + tree * draw.gamma(4, 4, size)
            record.intensity = draw.integers(0, 4000, size)
            record.classification = np.where(tree, 5, 2)
            record.return_number = record.number_of_returns = np.ones(size, np.uint8)
            file.write_points(record)


def main() -> None:
    """Measure one cloud."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=20_000_000)
    count = options.parse_args().points
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_forest(folder / "forest.laz", count)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        (layer,) = get_container("points").unfold(
            Bundle("forest.laz", {"forest.laz": folder / "forest.laz"}), folder, progress=lambda share: None
        )
        unfolded = time.perf_counter()
        reader, raster, done = get_reader("points"), folder / layer.file, folder / "done.tif"
        reader.convert(raster, done, reader.inspect(raster))
        took = time.perf_counter() - began
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sizes = [(folder / name).stat().st_size / 2**20 for name in ("forest.laz", "done.tif")]
        print(f"{count:,} points: {took:.1f} s ({unfolded - began:.1f} s to grid), {most / 1024:.0f} MB at most "
              f"({before / 1024:.0f} MB before), {sizes[0]:.0f} MB became {sizes[1]:.0f} MB")  # fmt: skip
        info = reader.inspect(done)
        for tile_px in (64, 256, info.width):
            grid, times = grid_for(info, tile_px), []
            for number in range(20):
                cell = number * 7 % max(1, info.width // tile_px), number * 3 % max(1, info.height // tile_px)
                began = time.perf_counter()
                told = returns_in(done, info, grid, *cell)
                data = told.to_bytes()
                times.append(1000 * (time.perf_counter() - began))
            print(f"tile of {tile_px} px, {len(told.points):,} of {told.total:,} points, {len(data) / 1e6:.1f} MB: "
                  f"median {np.median(times):.0f} ms, slowest {max(times):.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
