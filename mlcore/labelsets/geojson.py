"""GeoJSON: polygons and points with a property that names their class; streamed, however large."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import ijson
from shapely.errors import GEOSException
from shapely.geometry import shape

from mlcore.errors import BadGeoreference, UnreadableFile
from mlcore.labelsets.columns import class_column, saying
from mlcore.labelsets.ground import Placing
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

TITLE = "GeoJSON"
_FIRST = 200  # features whose properties are looked at for the one with the class
_EPSG = re.compile(r"EPSG:+(\d+)$")


def suits(package: Package) -> bool:
    """Return whether it holds one file of GeoJSON."""
    names = package.ending(".geojson", ".json")
    return len(names) == 1 and b'"FeatureCollection"' in package.start(names[0], 65536)


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a feature."""
    (name,) = package.ending(".geojson", ".json")
    placing = Placing(_crs(package, name), wishes, book)
    with package.open(name) as file:
        try:
            features = ijson.items(file, "features.item", use_float=True)
            first = list(islice(features, _FIRST))
            columns = dict.fromkeys(key for each in first for key in _properties(each))
            column = class_column(columns, wishes, book)
            for number, feature in enumerate(chain(first, features), 1):
                yield _item(number, feature, placing, column, book)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{name} is no whole GeoJSON ({error}): cut off? Write it again.") from error


def _crs(package: Package, name: str) -> str | None:
    """Return the CRS that older files name before their features."""
    start = package.start(name, 65536).decode("utf-8", errors="replace").partition('"features"')[0]
    told = re.search(r'"crs"\s*:\s*\{.*?"name"\s*:\s*"([^"]+)"', start, re.DOTALL)
    if told is None:
        return None
    epsg = _EPSG.search(told[1])
    return f"EPSG:{epsg[1]}" if epsg else told[1]


def _properties(feature: Any) -> dict[str, Any]:
    told = feature.get("properties") if isinstance(feature, dict) else None
    return told if isinstance(told, dict) else {}


def _item(number: int, feature: Any, placing: Placing, column: str, book: Book) -> Item:
    name = feature.get("id") if isinstance(feature, dict) else None
    at = f"feature {number}" + (f" ({str(name)[:60]})" if name is not None else "")
    try:
        geometry = feature["geometry"]
        if not geometry:
            return {"at": at, "fault": "It has no geometry."}
        return {"at": at, **saying(_properties(feature), column, book), "shape": placing.shape(shape(geometry))}
    except BadGeoreference as error:
        return {"at": at, "fault": str(error)}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, GEOSException) as error:
        return {"at": at, "fault": f"It is no feature ({type(error).__name__}: {str(error)[:100]})."}
