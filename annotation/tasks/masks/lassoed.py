"""Lassoed: laser returns that somebody drew around, from above or in a profile, and gave a class, beside the mask.

Kept is what was drawn and not which returns lay inside: that is small, holds for all returns of a cloud that a browser
shows a part of, and outlives another order of them in the file.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from annotation.errors import BadAnswer
from annotation.models import Sample
from annotation.tasks.content import Value, classes_in_use
from mlcore.readers.lassos import Lasso, Place, Strip
from mlcore.readers.points import PointsInfo

MOST_LASSOS = 500  # of a tile
MOST_POINTS = 20_000  # of all of them
_FARTHEST = 1e6  # px or m
_WIDEST = 1e5  # m, of a strip or a pixel
_DECIMALS = 3
_SMALLEST = 1e-4  # square px, or square m of a profile
_ENTRIES = {"scene", "class", "polygon"}
_STRIP = {"line", "width", "metres"}


def read_lassos(sample: Sample, said: Any) -> list[dict[str, Any]]:
    """Return lassos as they are kept.

    Raises:
        BadAnswer: they are none, too many, or around the returns of a scene that is no cloud of the tile.
        UnknownClass: one gives a class that is not in use.
    """
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise BadAnswer('Send "returns" as a list of {"scene": ID, "class": CODE, "polygon": [[x, y], ...]}.')
    if len(said) > MOST_LASSOS:
        raise BadAnswer(f"There are {len(said):,} lassos around returns; a tile holds up to {MOST_LASSOS:,}.")
    kept = [_plain(each, number) for number, each in enumerate(said, 1)]
    if sum(len(each["polygon"]) for each in kept) > MOST_POINTS:
        raise BadAnswer(f"The lassos around returns have more than {MOST_POINTS:,} corners; draw them coarser.")
    classes_in_use(sample.project, {each["class"] for each in kept} - {0})
    clouds = sample.scenes_here().filter(asset__kind=PointsInfo.kind).values_list("pk", flat=True)
    if strange := {each["scene"] for each in kept} - set(clouds if kept else ()):
        raise BadAnswer(f"Scene {min(strange)} is no point cloud on this tile; its returns take no class here.")
    return kept


def _plain(each: Any, number: int) -> dict[str, Any]:
    where = f"Lasso {number}"
    if not isinstance(each, Mapping) or not _ENTRIES <= set(each) <= _ENTRIES | _STRIP | {"keeps"}:
        raise BadAnswer(f'{where} needs "scene", "class" and "polygon"; one of a profile "line", "width" and "metres".')
    kept: dict[str, Any] = {
        "scene": _whole(each["scene"], 1, 2**53, f"{where} names no scene by its id."),
        "class": _whole(each["class"], 0, 255, f"{where} names no class by its code, or 0 for none."),
        "polygon": _places(each["polygon"], where),
    }
    if len(kept["polygon"]) < 3 or Lasso(0, tuple(map(_pair, kept["polygon"]))).area.area < _SMALLEST:
        raise BadAnswer(f"{where} goes around nothing.")
    if present := _STRIP & set(each):
        if present != _STRIP:
            raise BadAnswer(f'{where} is of a profile: it needs "line", "width" and "metres" together.')
        kept |= _strip(each, where)
    if keeps := each.get("keeps"):
        if not isinstance(keeps, Sequence) or isinstance(keeps, str) or len(keeps) > 255:
            raise BadAnswer(f'{where} has "keeps", which is no list of classes.')
        kept["keeps"] = sorted({_whole(code, 1, 255, f"{where} keeps what is no class.") for code in keeps})
    return kept


def _strip(each: Mapping[str, Any], where: str) -> dict[str, Any]:
    line, metres = _places(each["line"], where), _places([each["metres"]], where)[0]
    (width, _), *_ = _places([[each["width"], 0]], where)
    if len(line) != 2 or line[0] == line[1]:
        raise BadAnswer(f"{where} is of a profile along no line: it needs two ends that are apart.")
    if not all(0 < value <= _WIDEST for value in (width, *metres)):
        raise BadAnswer(f"{where} is of a strip without width, or of pixels without size.")
    return {"line": line, "width": width, "metres": metres}


def _whole(value: Any, least: int, most: int, complaint: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadAnswer(complaint)
    return value


def _places(said: Any, where: str) -> list[list[float]]:
    try:
        places = [[round(float(x), _DECIMALS), round(float(y), _DECIMALS)] for x, y in said]
    except (TypeError, ValueError, OverflowError):
        raise BadAnswer(f"{where} has what is no list of pairs of numbers.") from None
    if not all(isfinite(value) and abs(value) <= _FARTHEST for place in places for value in place):
        raise BadAnswer(f"{where} lies far beside the tile, or has what is no number.")
    return places


def lassos_of(value: Value, codes: Mapping[int, int], scene: int) -> list[Lasso]:
    """Return what a mask's value says of the returns of a cloud, merged classes as what they count as."""
    return [_lasso(each, codes) for each in value.get("returns", ()) if each["scene"] == scene]


def _lasso(each: Mapping[str, Any], codes: Mapping[int, int]) -> Lasso:
    strip = None
    if "line" in each:
        start, end = map(_pair, each["line"])
        strip = Strip((start, end), each["width"], _pair(each["metres"]))
    return Lasso(
        code=codes.get(each["class"], each["class"]),
        ring=tuple(map(_pair, each["polygon"])),
        strip=strip,
        keeps=frozenset(codes.get(code, code) for code in each.get("keeps", ())),
    )


def _pair(place: Sequence[float]) -> Place:
    return place[0], place[1]
