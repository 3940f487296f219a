"""Labelled clouds: the points as they came, those under a label with its class in the place of their own."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from mlcore.containers.clouds import CLOUD, Lattice, lattice_of
from mlcore.errors import NotOffered, UnreadableFile
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import RasterInfo
from mlcore.raster.lonlat import apply, transformer
from mlcore.readers.las import open_las
from mlcore.readers.las_head import UNITS_M
from mlcore.readers.lassos import Lasso, codes_by
from mlcore.readers.points import PointsReader
from mlcore.readers.tails import tail_of

LABEL = "label"  # a dimension beside those of the file: the class code of the label, 0 where there is none
_AT_ONCE = 1_000_000  # points
_FIVE_BITS = 31  # the largest class of point formats 0 to 5
_LONGEST = 15  # letters of a class's name in the table that LAS has for them
_INDEX = "copc"  # user id of records that tell where COPC keeps its points: they would lie behind a rewritten file


@dataclass(frozen=True)
class TileSaid:
    """What a label says of the points over a tile."""

    pixels: NDArray[np.uint8]  # [side, side] class codes, 0 where nothing
    lassos: Sequence[Lasso] = ()  # around single points, which win


Said = Callable[[int, int], TileSaid | None]  # by column and row; None: nothing at all


@dataclass(frozen=True)
class Ground:
    """Where a gridded cloud lies, and the lattice that labels lie on."""

    info: RasterInfo  # of the raster that was made of it
    grid: GridSpec

    def places(self, lattice: Lattice, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where each point lies in px of the grid, [2, N]; -1, -1 where it has no place there."""
        columns, rows = apply(self._step(lattice), x, y)
        if not (self.info.crs is None or self.grid.crs is None or self.info.crs == self.grid.crs):
            columns, rows = apply(
                ~self.grid.affine, *transformer(self.info.crs, self.grid.crs).transform(columns, rows)
            )
        places = np.stack([columns, rows])
        return np.where(np.isfinite(places).all(axis=0), places, -1.0)

    def _step(self, lattice: Lattice) -> Affine:
        """Return what turns a point's own coordinates into those of the raster as it lies now, or into px of the grid.

        They may differ: somebody may have stated another place for the raster.
        """
        to_raster = Affine(
            1 / lattice.side, 0, -lattice.west / lattice.side, 0, -1 / lattice.side, lattice.north / lattice.side
        )
        onto = self.info.affine @ to_raster
        same = self.info.crs is None or self.grid.crs is None or self.info.crs == self.grid.crs
        return ~self.grid.affine @ onto if same else onto


def take_out(raster: Path, target: Path) -> None:
    """Write the file that a cloud came in, as it lies behind its raster.

    Raises:
        NotOffered: it was taken in before files were kept.
    """
    place = tail_of(raster, CLOUD)
    if place is None:
        raise NotOffered("The file of this cloud was not kept; remove its scene and add the file again.")
    with raster.open("rb") as file, target.open("wb") as copy:
        file.seek(place[0])
        left = place[1]
        while left:
            part = file.read(min(left, 2**20))
            if not part:
                raise UnreadableFile(f"{raster.name} is shorter than it says.")
            copy.write(part)
            left -= len(part)


def write_labelled(source: Path, target: Path, ground: Ground, said: Said, names: Mapping[int, str]) -> int:
    """Write a LAZ file with the points of another in their order, and return how many have a label.

    Args:
        source: a LAS, LAZ or COPC file.
        said: what the label of the tile in a column and row says.
        names: of the classes, by code.

    Raises:
        NotOffered: the file's classes have five bits, and a code needs more.
        UnreadableFile: as `open_las`.
    """
    import laspy  # optional

    info, labelled = PointsReader().look(source), 0
    lattice, unit = lattice_of(info, source.name), UNITS_M[info.z_unit or "metre"]
    with open_las(source) as cloud, target.open("wb") as file:
        header = _header(cloud, names)
        with laspy.LasWriter(file, header, do_compress=True, laz_backend=laspy.LazBackend.Lazrs, closefd=False) as made:
            while len(points := cloud.read_points(_AT_ONCE)):
                x, y, z = (np.asarray(points[axis], np.float64) for axis in "xyz")
                codes = _codes(ground.places(lattice, x, y), z * unit, ground.grid.tile_px, said)
                made.write_points(_with(points, header, codes))
                labelled += int(np.count_nonzero(codes))
            if len(header.evlrs or ()):
                made.write_evlrs(header.evlrs)
    return labelled


def _header(cloud: Any, names: Mapping[int, str]) -> Any:
    """Return the header of the file that is made: with a dimension for labels, and names of their classes."""
    import laspy
    from laspy.vlrs.known import ClassificationLookupVlr

    header = deepcopy(cloud.header)
    if header.point_format.id < 6 and max(names, default=0) > _FIVE_BITS:
        raise NotOffered(
            f"Classes of point format {header.point_format.id} are 0 to {_FIVE_BITS}, and class {max(names)} has no "
            "place there; write the cloud in point format 6 or later."
        )
    header.vlrs = laspy.vlrs.vlrlist.VLRList([each for each in header.vlrs if each.user_id != _INDEX])
    if header.evlrs:
        header.evlrs = laspy.vlrs.vlrlist.VLRList([each for each in header.evlrs if each.user_id != _INDEX])
    if LABEL not in header.point_format.dimension_names:
        header.add_extra_dim(laspy.ExtraBytesParams(LABEL, "uint8", "class code, 0: none"))
    if not header.vlrs.get("ClassificationLookupVlr"):
        table = ClassificationLookupVlr()
        for code, name in names.items():
            table[code] = name.encode("ascii", "replace").decode()[:_LONGEST]
        header.vlrs.append(table)
    return header


def _codes(places: NDArray[np.float64], heights: NDArray[np.float64], side: int, said: Said) -> NDArray[np.uint8]:
    """Return the class code of each of the places [2, N] in px of a lattice, heights in m; 0 where nothing is said."""
    tiles, within = np.divmod(np.floor(places).astype(np.int64), side)
    codes = np.zeros(places.shape[1], np.uint8)
    order = np.lexsort(tiles)
    cuts = np.flatnonzero(np.diff(tiles[:, order]).any(axis=0)) + 1
    for group in np.split(order, cuts):
        column, row = tiles[:, group[0]].tolist() if len(group) else (-1, -1)
        told = said(column, row)
        if told is None:
            continue
        codes[group] = told.pixels[within[1, group], within[0, group]]
        if told.lassos:
            x, y = places[:, group] - np.array([[column], [row]]) * side
            own = codes_by(told.lassos, x, y, heights[group])
            codes[group] = np.where(own > 0, own, codes[group])
    return codes


def _with(points: Any, header: Any, said: NDArray[np.uint8]) -> Any:
    """Return points with labels; nothing else of them is changed."""
    import laspy

    made = laspy.ScaleAwarePointRecord.zeros(len(points), header=header)
    for name in points.array.dtype.names:
        made.array[name] = points.array[name]
    under = said > 0
    classes = np.asarray(points["classification"]).copy()
    classes[under] = said[under]
    made["classification"] = classes
    made[LABEL] = said
    return made
