"""Query: what is looked for in a catalogue, what was seen of it, and whether an item fits."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mlcore.stac.items import Item

SECONDS = 120.0  # of one search


@dataclass(frozen=True)
class Query:
    """What is looked for."""

    url: str  # of an API, a catalogue, a collection or an item
    bbox: tuple[float, float, float, float] | None = None  # west, south, east, north in degrees
    starts: date | None = None  # this day included
    ends: date | None = None  # this day included
    cloud: float | None = None  # most of it, in per cent
    collections: tuple[str, ...] = ()
    most: int = 100  # items
    seconds: float = SECONDS  # for all of it

    @property
    def box(self) -> list[float] | None:
        """Return the area as catalogues are asked, within 180 degrees: across the antimeridian, west is above east."""
        if self.bbox is None:
            return None
        west, south, east, north = self.bbox
        if east - west >= 360:
            return [-180.0, south, 180.0, north]
        across, west = (east - west) % 360, (west + 180) % 360 - 180
        return [west, south, west + across - 360 * (west + across > 180), north]


@dataclass(frozen=True)
class Findings:
    """The items that fit, and whether there may be more."""

    items: tuple[Item, ...]
    complete: bool
    broken: int = 0  # that could not be read


def fits(item: Item, query: Query) -> bool:
    """Return whether an item shows the area, within the dates, with few enough clouds."""
    if query.collections and item.collection and item.collection not in query.collections:
        return False
    if query.cloud is not None and item.cloud_cover is not None and item.cloud_cover > query.cloud:
        return False
    return _in_time(item.acquired, query) and _in_area(item.bbox, query.bbox)


def _in_time(moment: datetime | None, query: Query) -> bool:
    if query.starts is None and query.ends is None:
        return True
    if moment is None:
        return False
    low = datetime.combine(query.starts or date(1900, 1, 1), datetime.min.time(), UTC)
    high = datetime.combine(query.ends or date(2200, 1, 1), datetime.min.time(), UTC) + timedelta(days=1)
    return low <= moment < high


def _in_area(one: tuple[float, ...] | None, other: tuple[float, float, float, float] | None) -> bool:
    if one is None or other is None:
        return other is None
    if one[1] > other[3] or one[3] < other[1]:
        return False
    east, wide = one[2] + 360 * (one[2] < one[0]), other[2] + 360 * (other[2] < other[0])
    return any(one[0] + turn <= wide and east + turn >= other[0] for turn in (-360, 0, 360))
