"""Which features a request of OGC API Features asks for: bbox, datetime, limit."""

from datetime import datetime

from django.contrib.gis.geos import Polygon
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from webapp.api.feature_rows import Wanted

USUAL, MOST = 100, 1000


def read(request: Request) -> tuple[int, Wanted]:
    """Return how many features are asked for, and which."""
    query = request.query_params
    strange = set(query) - {"bbox", "datetime", "limit", "after", "f"}
    if strange:
        raise ValidationError(f"Items take bbox, datetime and limit, not {', '.join(sorted(strange))[:100]}.")
    since, until = _interval(query.get("datetime", ""))
    limit = max(1, min(_whole(query.get("limit") or str(USUAL), "limit"), MOST))
    after = _whole(query["after"], "after") if query.get("after") else -1
    return limit, Wanted(_boxes(query.get("bbox", "")), since, until, after)


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise ValidationError(f"{name} is a whole number below a billion, not {text[:40]!r}.")
    return int(text)


def _boxes(text: str) -> tuple[Polygon, ...]:
    """Return what a box covers: two boxes where its west is east of its east, across the antimeridian."""
    if not text:
        return ()
    try:
        numbers = [float(part) for part in text.split(",")]
        west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    except ValueError:
        raise ValidationError("bbox is four numbers: west,south,east,north in degrees.") from None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValidationError("bbox lies within -180,-90,180,90, and south is below north.")
    sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [Polygon.from_bbox((left, south, right, north)) for left, right in sides]
    for box in boxes:
        box.srid = 4326
    return tuple(boxes)


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    if not text:
        return None, None
    begin, between, end = text.partition("/")
    return _moment(begin, last=False), _moment(end if between else begin, last=True)


def _moment(text: str, *, last: bool) -> datetime | None:
    """Return a moment; of a plain date its first or its last one; none for an open end."""
    if text in ("", ".."):
        return None
    try:
        moment = parse_datetime(text)
        day = None if moment and len(text) > 10 else parse_date(text)
        if day:
            moment = datetime.combine(day, datetime.max.time() if last else datetime.min.time())
        if moment is None:
            raise ValueError
        return make_aware(moment) if is_naive(moment) else moment
    except (ValueError, OverflowError):
        raise ValidationError("datetime is a moment such as 2026-05-01T12:00:00Z, or two with / between.") from None


def query_of(request: Request, **changes: str) -> str:
    """Return the query string of a request, with some of it changed."""
    query = request.query_params.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else ""
