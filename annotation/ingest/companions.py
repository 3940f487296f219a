"""Companions: chips of one name by several sensors, which are one sample."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from django.contrib.gis.geos import GEOSGeometry

from annotation.ingest.arrivals import Arrival
from annotation.ingest.naming import key_of, without_ending
from annotation.models import Project, Scene, Tile

Identity = tuple[str, str]  # a chip's path without its ending, and its sensor


@dataclass(frozen=True)
class Shown:
    """A new sample with the chips that show it, in the order in which they came."""

    name: str
    arrivals: list[Arrival]

    @property
    def side(self) -> int:
        """Return the longest side of its chips: the others show the same ground with fewer pixels."""
        return max(max(info.width, info.height) for info in (arrival.asset.info() for arrival in self.arrivals))

    @property
    def outline(self) -> GEOSGeometry | None:
        """Return the ground of the first chip that has one."""
        return next((arrival.asset.footprint for arrival in self.arrivals if arrival.asset.footprint), None)

    @property
    def valid_fraction(self) -> float:
        """Return how much of it is valid in its best chip."""
        return max(band.valid_fraction for arrival in self.arrivals for band in arrival.asset.statistics())


def join(project: Project, arrivals: Sequence[Arrival]) -> tuple[list[tuple[Tile, Arrival]], list[Shown]]:
    """Return which chips join a sample that is there, and the new samples that the others make.

    Chips are of one sample when their paths differ by words for sensors alone; two of one path are if their sensors
    differ, such as a picture beside the measurements.
    """
    tiles, shown = _samples_there(project)
    joined, made = list[tuple[Tile, Arrival]](), dict[str, list[Arrival]]()
    for arrival in arrivals:
        key, own = key_of(without_ending(arrival.name)), _identity_of(arrival)
        if key in tiles and own not in shown[key]:
            joined.append((tiles[key], arrival))
            shown[key].add(own)
        else:
            made.setdefault(_free(key, own, made), []).append(arrival)
    return joined, [Shown(_name(key, group), group) for key, group in made.items()]


def _identity(name: str, code: str) -> Identity:
    return without_ending(name), code


def _identity_of(arrival: Arrival) -> Identity:
    return _identity(arrival.name, arrival.sensor.code)


def _samples_there(project: Project) -> tuple[dict[str, Tile], dict[str, set[Identity]]]:
    named = Tile.objects.filter(grid__project=project, grid__ready_made=True).exclude(name="")
    tiles = {key_of(tile.name): tile for tile in named.select_related("grid").order_by("id")}
    places = {(tile.grid_id, tile.column): key for key, tile in tiles.items()}
    shown = defaultdict[str, set[Identity]](set)
    rows = Scene.objects.filter(project=project, grid__ready_made=True)
    for grid, column, name, code in rows.values_list("grid", "first_column", "name", "sensor__code"):
        if key := places.get((grid, column)):
            shown[key].add(_identity(name, code))
    return tiles, shown


def _free(key: str, own: Identity, made: Mapping[str, Sequence[Arrival]]) -> str:
    """Return the key under which no chip of this path and sensor waits: two of them are two samples."""
    names = chain([key], (f"{key} ({number})" for number in count(2)))
    return next(name for name in names if own not in map(_identity_of, made.get(name, ())))


def _name(key: str, arrivals: Sequence[Arrival]) -> str:
    """Return what a sample is called: its file, or what its files have in common."""
    return without_ending(arrivals[0].name) if len(arrivals) == 1 else key
