"""History: what a round saw of its project, kept beside it, so that it can be asked for the same again."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.ground import columns_and_rows, read_ground
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors, folder_of
from annotation.errors import NotReady
from annotation.learning.picking import Terms
from annotation.models import Annotation, Project, Round


@dataclass(frozen=True)
class Seen:
    """What a round saw: rows that were open, on show or pending, and who said what of which row."""

    count: int  # rows of the vectors
    open: Rows
    on_show: Rows
    pending: Rows
    rows: Rows  # [n] labelled, in the order in which they were said
    codes: NDArray[np.int64]  # [n] as they counted then
    annotations: NDArray[np.int64]  # [n] ids

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Seen":
        """Return what a snapshot holds."""
        known = snapshot.training
        return cls(
            len(snapshot.features),
            snapshot.open,
            snapshot.on_show,
            snapshot.pending,
            known.rows,
            known.codes,
            np.array(known.annotations, np.int64),
        )


def facts(snapshot: Snapshot, terms: Terms) -> dict[str, Any]:
    """Return what of a round's inputs is kept in its row: the terms, and fingerprints of vectors and labels."""
    known = snapshot.training
    return {
        "terms": terms.to_dict(),
        "head_seed": snapshot.project.seed,
        "placed": snapshot.places is not None,
        "recode": {str(code): target for code, target in known.recode.items()},
        "vectors": _fingerprint(snapshot.features[known.rows].tobytes()),
        "values": _fingerprint(_written(known.values)),
    }


def keep(project: Project, number: int, snapshot: Snapshot) -> None:
    """Write what round `number` saw: a bit for each open row, and three numbers a label."""
    seen = Seen.of(snapshot)
    open_rows = np.zeros(seen.count, bool)
    open_rows[seen.open] = True
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        count=seen.count,
        open=np.packbits(open_rows),
        on_show=seen.on_show.astype(np.int32),
        pending=seen.pending.astype(np.int32),
        rows=seen.rows.astype(np.int32),
        codes=seen.codes.astype(np.uint8),
        annotations=seen.annotations,
    )
    storage.write(_file(project, number), buffer.getvalue())


def read(made: Round) -> Seen:
    """Return what a round saw.

    Raises:
        NotReady: it was not kept.
    """
    path = storage.fetch(_file(made.project, made.number))
    if made.inputs == Round.PRUNED:
        raise NotReady("it was pruned: the newest rounds replay, and the last one of each recent day")
    if not made.inputs or not path.is_file():
        raise NotReady("what it saw was not kept: it was made before rounds could be replayed, or its file is gone")
    with np.load(path, allow_pickle=False) as stored:
        count = int(stored["count"])
        arrays = {name: stored[name].astype(np.int64) for name in ("on_show", "pending", "rows", "codes")}
        open_rows = np.flatnonzero(np.unpackbits(stored["open"], count=count))
        return Seen(count=count, open=open_rows, annotations=stored["annotations"], **arrays)


def restore(made: Round, seen: Seen) -> Snapshot:
    """Return the project as a round saw it, with labels as their annotations say them now.

    Raises:
        NotReady: the vectors of its encoder are gone, or an annotation.
    """
    project, vectors = made.project, Vectors(made.project, made.encoder)
    present = vectors.present
    if len(present) < seen.count:
        raise NotReady(f"the vectors of its encoder {made.encoder[:12]} are gone")
    project.seed = made.inputs["head_seed"]  # as it was then; never saved
    ground = read_ground(project, seen.count)
    nothing = np.zeros(0, np.int64)
    training = _labels(made, seen)
    return Snapshot(
        project=project,
        vectors=vectors,
        features=vectors.read()[: seen.count],
        present=np.union1d(seen.open, seen.rows),
        training=training,
        audits=replace(training, rows=nothing, codes=nothing, annotations=[], values=[], probabilities=np.zeros(0)),
        open=seen.open,
        samples=ground["sample"],
        places=columns_and_rows(ground) if made.inputs["placed"] else None,  # another grid may have come since
        on_show=seen.on_show,
        pending=seen.pending,
        people=0,
        taken_at=made.seen_at,
    )


def changes(made: Round, seen: Seen, now: Snapshot) -> Iterator[str]:
    """Say which of a round's inputs are no longer what they were: labels tile by tile, then masks and vectors."""
    moved = np.flatnonzero(seen.codes != now.training.codes)
    for at in moved:
        before, after = seen.codes[at], now.training.codes[at] or "none"
        yield f"the label of tile #{seen.rows[at]} was class {before}, and is class {after} now"
    if "values" in made.inputs and _fingerprint(_written(now.training.values)) != made.inputs["values"]:
        yield "what was said of tiles that it learnt from has changed"
    if _fingerprint(now.features[seen.rows].tobytes()) != made.inputs["vectors"]:
        yield "the vectors of tiles that it learnt from have changed"


def _labels(made: Round, seen: Seen) -> Labels:
    by_pk = Annotation.objects.select_related("label").in_bulk(seen.annotations.tolist())
    if missing := [pk for pk in seen.annotations.tolist() if pk not in by_pk]:
        raise NotReady(f"annotation {missing[0]}, which it learnt from, is gone")
    recode = {int(code): target for code, target in made.inputs["recode"].items()}
    said = [by_pk[pk] for pk in seen.annotations.tolist()]
    codes = [recode.get(one.label.code, 0) if one.label else 0 for one in said]
    return Labels(
        rows=seen.rows,
        codes=np.array(codes, np.int64),
        annotations=seen.annotations.tolist(),
        values=[one.value for one in said],
        probabilities=np.ones(len(said)),
        recode=recode,
    )


def _written(values: list[dict[str, Any]]) -> bytes:
    return json.dumps(values, sort_keys=True).encode()


def _fingerprint(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _file(project: Project, number: int) -> Path:
    return folder_of(project) / "rounds" / f"{number}.npz"
