"""Small point clouds built in code."""

from pathlib import Path

import laspy
import numpy as np
from pyproj import CRS

CORNER = (500_000.0, 5_000_000.0)  # upper left of what is built, in EPSG:32632


def write_cloud(
    path: Path, *, crs: str | None = "EPSG:32632", side: int = 40, version: str = "1.4", lift: float = 0.0
) -> Path:
    """Write one point a metre of level ground, and a tree of 10 m above its north-west quarter; `.laz` compresses."""
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(0.5, side), np.arange(0.5, side)))
    tree = (x < side / 2) & (y < side / 2)
    header = laspy.LasHeader(point_format=6 if version == "1.4" else 1, version=version)
    header.scales, header.offsets = np.full(3, 0.01), np.array([*CORNER, 0.0])
    if crs:
        header.add_crs(CRS.from_user_input(crs))
    cloud = laspy.LasData(header)
    cloud.x = CORNER[0] + np.concatenate([x, x[tree]])
    cloud.y = CORNER[1] - np.concatenate([y, y[tree]])
    cloud.z = np.concatenate([np.zeros(len(x)), np.full(tree.sum(), 10.0)]) + lift
    cloud.intensity = np.concatenate([np.full(len(x), 100), np.full(tree.sum(), 400)])
    cloud.write(path)
    return path
