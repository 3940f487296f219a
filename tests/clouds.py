"""Small point clouds built in code."""

import struct
from pathlib import Path

import laspy
import numpy as np
from laspy.vlrs.vlrlist import VLRList
from pyproj import CRS

CORNER = (500_000.0, 5_000_000.0)  # upper left of what is built, in EPSG:32632


def write_cloud(
    path: Path, *, crs: str | None = "EPSG:32632", side: int = 40, version: str = "1.4", lift: float = 0.0
) -> Path:
    """Write one point a metre of level ground, and a tree of 10 m above its north-west quarter; `.laz` compresses."""
    cloud_of(crs, side, version, lift).write(path)
    return path


def cloud_of(crs: str | None, side: int, version: str, lift: float = 0.0) -> laspy.LasData:
    """Return that cloud."""
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
    return cloud


def write_copc(path: Path, *, crs: str | None = "EPSG:32632", side: int = 40) -> Path:
    """Write that cloud as a cloud-optimised one whose octree is its root alone."""
    cloud = cloud_of(crs, side, "1.4")
    cloud.header.vlrs.insert(0, laspy.VLR("copc", 1, "copc info", bytes(160)))
    cloud.evlrs = VLRList([laspy.VLR("copc", 1000, "EPT hierarchy", bytes(32))])
    cloud.write(path)
    content = bytearray(path.read_bytes())
    with laspy.open(path) as written:
        points, hierarchy = written.header.offset_to_point_data, written.header.start_of_first_evlr + 60
    (chunk_table,) = struct.unpack_from("<q", content, points)
    middle, half, spacing = (CORNER[0] + side / 2, CORNER[1] - side / 2, 0.0), max(side / 2, 10.0), 1.0
    info = struct.pack("<5d2Q2d", *middle, half, spacing, hierarchy, 32, 0.0, 0.0)
    content[429 : 429 + len(info)] = info  # behind the header of 375 bytes and that of the record
    struct.pack_into("<4iQ2i", content, hierarchy, 0, 0, 0, 0, points + 8, chunk_table - points - 8, len(cloud.points))
    path.write_bytes(content)
    return path
