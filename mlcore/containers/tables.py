"""Tables: CSV and GeoJSON of posts or weather; words stay words, and nothing that they link to is fetched."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.moments import Moments
from mlcore.containers.recording import write_posts, write_series
from mlcore.containers.weather import Meteorology
from mlcore.errors import FileTooLarge, UnreadableFile
from mlcore.files import check_plain
from mlcore.text.languages import languages_of

MOST_ROWS = 500_000
_LONGEST_CELL = 131_072  # characters
_MOST_BYTES = 128 * 2**20
_LONGEST = 1000  # characters of a post
_LON = ("lon", "lng", "long", "longitude", "x", "x_lon", "geo_lon")
_LAT = ("lat", "latitude", "y", "y_lat", "geo_lat")
_TIME = ("time", "date", "datetime", "timestamp", "created_at", "day", "created", "when", "incident_date", "published")
_WORDS = ("text", "message", "post", "tweet", "title", "description", "content", "body", "comment", "words", "report",
          "incident_title", "note", "notes", "caption", "full_text")  # fmt: skip

Row = Mapping[str, Any]


@dataclass
class _Skipped:
    """What of a table was left out, and why."""

    count: dict[str, int] = field(default_factory=dict)

    def add(self, why: str) -> None:
        self.count[why] = self.count.get(why, 0) + 1

    @property
    def words(self) -> list[str]:
        parts = [f"{number:,} {why}" for why, number in self.count.items()]
        return [f"Left out: {', '.join(parts)}."] if parts else []


class Table(Container):
    """A table of places."""

    code = "table"
    title = "CSV or GeoJSON of posts or weather"

    def begins(self, start: bytes, name: str) -> bool:
        """Return whether it is called so and is text."""
        return name.lower().endswith((".csv", ".tsv", ".geojson", ".json")) and b"\0" not in start

    def peek(self, bundle: Bundle) -> str:
        """Read its head, and say what it is about."""
        rows, columns = _rows(bundle)
        kind = _kind(columns, bundle.name)
        return f"{len(rows):,} rows of {kind}"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write its posts or its weather."""
        rows, columns = _rows(bundle)
        kind, skipped = _kind(columns, bundle.name), _Skipped()
        path = folder / "records.tif"
        if kind == "weather":
            return [_weather(path, rows, columns, bundle.name, skipped)]
        return [_posts(path, rows, columns, bundle.name, skipped, progress)]


def _rows(bundle: Bundle) -> tuple[list[Row], list[str]]:
    path = bundle.main
    if check_plain(path).st_size > _MOST_BYTES:
        raise FileTooLarge(f"{bundle.name} is larger than {_MOST_BYTES >> 20} MB; split it.")
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableFile(f"{bundle.name} is empty; send it again.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    rows = _from_geojson(text, bundle.name) if text.lstrip().startswith(("{", "[")) else _from_csv(text, bundle.name)
    if not rows:
        raise UnreadableFile(f"{bundle.name} has no rows.")
    return rows, list(rows[0])


def _from_csv(text: str, name: str) -> list[Row]:
    head = text[:5000].partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        csv.field_size_limit(_LONGEST_CELL)  # the limit is the process's: others who read tables set theirs
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        if not reader.fieldnames or len(reader.fieldnames) < 3:
            raise UnreadableFile(f"{name} needs a first line that names its columns, such as lon,lat,time,text.")
        plain = [_plain(column or "") for column in reader.fieldnames]
        rows = list[Row]()
        for row in reader:
            rows.append(dict(zip(plain, (row.get(column) or "" for column in reader.fieldnames), strict=True)))
            if len(rows) > MOST_ROWS:
                raise FileTooLarge(f"{name} has more than {MOST_ROWS:,} rows; split it.")
        return rows
    except csv.Error as error:
        raise UnreadableFile(f"{name} is no table that can be read: {error}.") from error


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")


def _from_geojson(text: str, name: str) -> list[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{name} is no JSON that can be read: {str(error)[:100]}.") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise UnreadableFile(f"{name} is no GeoJSON FeatureCollection of points.")
    if len(features) > MOST_ROWS:
        raise FileTooLarge(f"{name} has more than {MOST_ROWS:,} features; split it.")
    return [row for feature in features if (row := _from_feature(feature)) is not None]


def _from_feature(feature: Any) -> Row | None:
    if not isinstance(feature, dict):
        return None
    shape, told = feature.get("geometry"), feature.get("properties")
    place = shape.get("coordinates") if isinstance(shape, dict) and shape.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) < 2:
        place = ["", ""]
    own = {_plain(str(key)): value for key, value in told.items()} if isinstance(told, dict) else {}
    kept = {key: value for key, value in own.items() if key not in (*_LON, *_LAT)}
    return {"lon": place[0], "lat": place[1]} | kept


def _kind(columns: list[str], name: str) -> str:
    """Return what a table is about.

    Raises:
        UnreadableFile: about neither; it says which columns are needed.
    """
    placed = _first(columns, _LON) and _first(columns, _LAT)
    if placed and Meteorology(columns).names and _first(columns, _TIME):
        return "weather"
    if placed and _first(columns, _WORDS):
        return "posts"
    shown = ", ".join(columns[:8])
    raise UnreadableFile(
        f"{name} is a table with the columns {shown}: of posts it needs lon, lat and text (and time), of weather lon, "
        "lat, date and, say, temperature_k or precipitation_mm. Labels are brought in on another page."
    )


def _first(columns: Iterable[str], wanted: tuple[str, ...]) -> str:
    there = set(columns)
    return next((name for name in wanted if name in there), "")


def place_in(row: Row, columns: list[str]) -> tuple[float, float] | None:
    """Return longitude and latitude of a row; None where they are none."""
    try:
        lon, lat = (float(str(row.get(_first(columns, names), "")).replace(",", ".")) for names in (_LON, _LAT))
    except ValueError:
        return None
    lon = lon - 360 if 180 < lon <= 360 else lon
    return (lon, lat) if np.isfinite([lon, lat]).all() and abs(lon) <= 180 and abs(lat) <= 90 else None


def _posts(  # noqa: PLR0913 (private)
    path: Path, rows: list[Row], columns: list[str], name: str, skipped: _Skipped, progress: Progress
) -> Layer:
    words, when = [column for column in _WORDS if column in columns], _first(columns, _TIME)
    moments = Moments([str(row.get(when) or "") for row in rows] if when else [])
    posts = []
    for row in rows:
        place = place_in(row, columns)
        text = clean(" ".join(str(row.get(column) or "") for column in words))
        if place is None:
            skipped.add("without a place in degrees")
        elif not text:
            skipped.add("without words")
        else:
            posts.append([*place, moments.read(str(row.get(when) or "")), text])
    if not posts:
        raise UnreadableFile(f"{name} has no row with words and a place in degrees.")
    languages = languages_of([str(post[-1]) for post in posts], progress=progress)
    sensor = write_posts(path, [[*post, language] for post, language in zip(posts, languages, strict=True)])
    used = {*words, when, _first(columns, _LON), _first(columns, _LAT)}
    rest = [column for column in columns if column not in used][:6]
    said = [f"{len(posts):,} posts; links and pictures in them are not fetched.", *moments.remarks, *skipped.words]
    return Layer(path.name, kind="posts", sensor=sensor, remarks=[*said, *_unused(rest)])


def _unused(columns: list[str]) -> list[str]:
    return [f"Columns that are not read: {', '.join(columns)}."] if columns else []


def clean(text: str) -> str:
    """Return the words of a post on one line, without signs that no person wrote."""
    plain = unicodedata.normalize("NFC", text[: 4 * _LONGEST])
    plain = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in plain)
    return " ".join(plain.split())[:_LONGEST]


def _weather(path: Path, rows: list[Row], columns: list[str], name: str, skipped: _Skipped) -> Layer:
    table, when = Meteorology(columns), _first(columns, _TIME)
    moments = Moments([str(row.get(when) or "") for row in rows])
    by_place: dict[tuple[float, float], dict[str, list[float]]] = {}
    for row in rows:
        place, day = place_in(row, columns), moments.read(str(row.get(when) or ""))[:10]
        if place is None or not day:
            skipped.add("without a place" if place is None else "without a date")
        else:
            by_place.setdefault(place, {})[day] = table.values(row)
    if not by_place:
        raise UnreadableFile(f"{name} has no row with a place in degrees and a date.")
    sensor = write_series(path, table.names, by_place)
    said = [f"{len(by_place):,} places; each tile gets the nearest within 200 km.", *table.remarks, *moments.remarks]
    return Layer(path.name, kind="series", sensor=sensor, remarks=[*said, *skipped.words])
