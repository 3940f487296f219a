"""Splits: training, validation and test samples by blocks of ground, with a guard between them, and a report of it.

Neighbours look alike, so a split at random would let a model be tested on what it has all but seen. Whole blocks go to
one split, as alike in their classes as can be, and what lies within a tile of another split belongs to none: a sample
shows its tile, and no ground may be shown by two splits. Audits are never trained on.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from django.db.models import F
from numpy.typing import NDArray

from annotation.exports.records import LABELLED, NEGATIVE, Record
from annotation.exports.snapshot import Snapshot
from annotation.exports.stratify import stratify
from annotation.exports.table import bounds_of, largest_part
from annotation.models import ImportItem

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")
GUARD, AUDIT = "guard", "audit"  # of no split: too near to another one; never trained on
OWN = {  # folders of ready-made chips, and columns of imported files, that say it already
    "train": TRAIN, "training": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "test": TEST,
    "testing": TEST,
}  # fmt: skip
_SMALLEST = 3  # tiles a side of a block
_BLOCKS = 30  # that labels are spread over, where nobody says how large blocks are
_APART = 1.99  # tiles between middles: a whole tile lies between two that are further apart
_FAR = 1e6  # tiles between planes, which have no place in the world

Floats = NDArray[np.float64]


@dataclass
class Drawn:
    """The labelled samples: where each lies, in tiles, and what it says."""

    indices: list[int]
    points: Floats  # [N, 3] in space, in sides of a tile
    flat: Floats  # [N, 4] in planes, of which blocks are cut
    strata: list[tuple[int, ...]]  # classes
    audits: NDArray[np.bool_]
    own: list[str]  # what its folder, or the file that it came in from, says; '' where they say nothing


def split(snapshot: Snapshot, folder: Path) -> str:
    """Say in samples.jsonl to which split each labelled sample belongs, write splits.json, and return a paragraph."""
    drawn = _draw(snapshot)
    options = snapshot.options
    splits, blocks = assign(drawn, shares=options.shares, seed=options.seed, block=options.block)
    _write(snapshot, dict(zip(drawn.indices, splits, strict=True)))
    told = report(drawn, splits, blocks) | {"seed": options.seed, "shares": list(options.shares)}
    names = {str(code): name for code, name in snapshot.names.items()}
    for each in told["splits"].values():
        each["classes"] = {names.get(code, code): count for code, count in each["classes"].items()}
    (folder / "splits.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return (
        "splits.json: how many samples of which classes 'split' in samples.jsonl gives to train, validation and test, "
        "by blocks of ground; 'guard' are samples too near to another split, 'audit' such as are never trained on."
    )


def _draw(snapshot: Snapshot) -> Drawn:
    brought = _brought(snapshot)
    rows = [_drawn(snapshot, record, brought) for record in snapshot]
    indices, places, strata, audits, own = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    points, flat = (np.array([place[at] for place in places], float).reshape(-1, 3 + at) for at in (0, 1))
    return Drawn(list(indices), points, flat, list(strata), np.array(audits, bool), list(own))


def _brought(snapshot: Snapshot) -> dict[int, str]:
    """Return the split that the file said, by sample, of labels that count and came in from one."""
    told = ImportItem.objects.filter(of__project=snapshot.project, annotation__isnull=False, source__has_key="split")
    counting = told.filter(annotation=F("sample__answer")).order_by("id").values_list("sample", "source__split")
    named = ((sample, OWN.get(str(split).strip().casefold(), "")) for sample, split in counting)
    return {sample: split for sample, split in named if split}


def _drawn(snapshot: Snapshot, record: Record, brought: dict[int, str]) -> tuple[Any, ...]:
    codes = {snapshot.codes.get(code, code) for code in snapshot.task.codes(record["value"])}
    folders = record["tile_name"].casefold().split("/")[:-1] if "chip" in record else ()
    own = next((OWN[each] for each in folders if each in OWN), "") or brought.get(record["sample"], "")
    return record["index"], _place(snapshot, record), tuple(sorted(codes)), record["audit"], own


def _place(snapshot: Snapshot, record: Record) -> tuple[list[float], list[float]]:
    """Return the middle of a tile in sides of it, in space, and where it lies in a plane: which, across, down, radians.

    In image coordinates a plane is a lattice, or a chip alone: nobody knows what lies beside it.
    """
    if outline := record.get("outline"):
        west, south, east, north = bounds_of([largest_part(outline)])
        lat, lon = np.radians((south + north) / 2), np.radians((west + east) / 2)
        side = max(float(np.radians(north - south)), 1e-9)
        space = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
        return [axis / side for axis in space], [0, lon / side, lat / side, side]
    plane = record["grid"] + (record["index"] + 1) * _FAR if "chip" in record else record["grid"]
    return [record["column"], record["row"], plane * _FAR], [plane, record["column"], record["row"], 0]


def assign(drawn: Drawn, *, shares: tuple[float, ...], seed: int, block: int) -> tuple[list[str], NDArray[np.int64]]:
    """Return the split of each sample, and the number of its block."""
    blocks = _blocks(drawn.flat, block)
    chosen = stratify(blocks, drawn.strata, shares, seed)
    splits = np.array([SPLITS[number] for number in chosen], object)
    for at, own in enumerate(drawn.own):
        if own:
            splits[at] = own
    free = np.array([not own for own in drawn.own], bool)
    for near, far in ((TRAIN, (VALIDATION, TEST)), (VALIDATION, (TEST,))):
        close = _near(drawn.points, splits == near, np.isin(splits, far))
        splits[close & free] = GUARD
    splits[drawn.audits & (splits == TRAIN)] = AUDIT
    return list(splits), blocks


def _blocks(flat: Floats, side: int) -> NDArray[np.int64]:
    """Return the number of the block, `side` tiles wide, in which each sample lies; 0: as wide as makes enough."""
    if not len(flat):
        return np.zeros(0, np.int64)
    tiles = len(np.unique(np.round(flat[:, :3]), axis=0))
    side = side or max(_SMALLEST, round((tiles / _BLOCKS) ** 0.5))
    plane, across, down, radians = flat.T
    rows = np.floor(down / side)
    narrowed = np.where(radians > 0, np.cos((rows + 0.5) * side * radians), 1.0)  # meridians come closer to each other
    columns = np.floor(across * np.maximum(narrowed, 0) / side)
    return np.asarray(np.unique(np.stack([plane, rows, columns], axis=1), axis=0, return_inverse=True)[1]).ravel()


def _near(points: Floats, some: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of some points have one of the others within a tile."""
    close = np.zeros(len(points), bool)
    if some.any() and others.any():
        close[some] = nearest(points[some], points[others]) < _APART
    return close


def nearest(points: Floats, others: Floats) -> Floats:
    """Return how far each point is from the nearest of the others."""
    from scipy.spatial import cKDTree  # not above: web processes list the formats, and never load it

    return np.asarray(cKDTree(others).query(points)[0], np.float64)


def report(drawn: Drawn, splits: list[str], blocks: NDArray[np.int64]) -> dict[str, Any]:
    """Return what was given to each split, and how near they come to each other, in tiles between middles."""
    said = np.array(splits, object)
    told: dict[str, Any] = {}
    for name in (*SPLITS, GUARD, AUDIT):
        inside = said == name
        classes = Counter(str(code) for at in np.flatnonzero(inside) for code in drawn.strata[at])
        told[name] = {"samples": int(inside.sum()), "blocks": len(np.unique(blocks[inside]))}
        told[name]["classes"] = dict(sorted(classes.items()))
    gaps, leaks = {}, 0
    for one, other in ((TRAIN, VALIDATION), (TRAIN, TEST), (VALIDATION, TEST)):
        some, rest = drawn.points[said == one], drawn.points[said == other]
        if len(some) and len(rest):
            distances = nearest(some, rest)
            gaps[f"{one} - {other}"] = round(float(distances.min()), 3)
            leaks += int((distances < _APART).sum())
    own = sum(bool(each) for each in drawn.own)
    return {"splits": told, "nearest": gaps, "leaks": leaks, "guard": _APART, "by_user": own}


def _write(snapshot: Snapshot, splits: dict[int, str]) -> None:
    """Add the split to the lines of the samples that have one."""
    part = snapshot.file.with_suffix(".part")
    with snapshot.file.open("rb") as lines, part.open("wb") as written:
        for line in lines:
            record = orjson.loads(line)
            if record["status"] in (LABELLED, NEGATIVE):
                line = line.rstrip()[:-1] + b',"split":"%s"}\n' % splits[record["index"]].encode()
            written.write(line)
    part.replace(snapshot.file)
