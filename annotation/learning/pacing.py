"""Pacing: how long a label of each sample is likely to take, learnt from the labels that people made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from annotation.arrays.labels import Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.models import Annotation, Project
from mlcore.query.blocks import over_blocks
from mlcore.query.seconds import Pace
from mlcore.query.space import HALF_UNIT, moved_bits

_FEWEST = 40  # timed labels, before looks are believed to tell how long a label takes
_LATEST = 1000
_LOOKS = 6  # strongest directions of the vectors
_LOOKED_AT = 1000  # rows that find those directions


@dataclass(frozen=True)
class Timing:
    """A pace with what it knows of a sample: its place along some directions of the vectors."""

    pace: Pace
    axes: NDArray[np.float32]  # [d, p]
    centre: NDArray[np.float32]  # [d]

    def seconds(self, features: NDArray[np.float16], rows: Rows) -> NDArray[np.float32]:
        """Return the seconds [N] that a label of each row takes somebody of common pace; 1 beside `rows`."""
        looks = np.empty((len(rows), self.axes.shape[1]), np.float32)
        lifted, shift = self.axes * HALF_UNIT, self.centre @ self.axes

        def fill(part: slice) -> None:
            bits = moved_bits(features[rows[part]])
            if bits is not None:  # where one isn't finite, the fit itself says so
                looks[part] = bits @ lifted - shift
            else:
                looks[part] = self.pace.means

        over_blocks(fill, len(rows))
        expected = np.ones(len(features), np.float32)
        expected[rows] = self.pace.predict(len(rows), facts=looks)
        return expected

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON, exactly."""
        pace = {name: _plain(value) for name, value in asdict(self.pace).items()}
        return {"pace": pace, "axes": self.axes.tolist(), "centre": self.centre.tolist()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Timing":
        """Return what `to_dict` wrote."""
        pace = {**stored["pace"], **{name: np.array(stored["pace"][name]) for name in ("slopes", "means")}}
        return cls(Pace(**pace), np.array(stored["axes"], np.float32), np.array(stored["centre"], np.float32))


def fit_timing(project: Project, vectors: Vectors, rows: Rows) -> Timing | None:
    """Learn from the newest timed labels, each person and tool told apart; None while there are few.

    Args:
        project: whose labels.
        vectors: of its encoder.
        rows: those that may be asked for.
    """
    rows_of, seconds, people, tools = _timed(project, vectors)
    if len(rows_of) < _FEWEST or not len(rows):
        return None
    features = vectors.read()
    looked = features[rows[:: max(1, len(rows) // _LOOKED_AT)]].astype(np.float32)
    labelled = features[rows_of].astype(np.float32)
    if not (np.isfinite(looked).all() and np.isfinite(labelled).all()):
        return None
    centre = looked.mean(axis=0)
    with threadpool_limits(1):  # threads that wait for each other take longer on a busy machine
        spread, axes = np.linalg.eigh(np.cov(looked - centre, rowvar=False))
    kept = (axes[:, ::-1][:, :_LOOKS] / np.sqrt(spread[::-1][:_LOOKS].clip(1e-6))).astype(np.float32)
    return Timing(Pace.fit(seconds, people, tools, (labelled - centre) @ kept), kept, centre)


def usual_seconds(snapshot: Snapshot, stored: Mapping[str, Any] | None, rows: Rows) -> dict[str, float]:
    """Return the seconds that a label of each row takes somebody of common pace, by sample id, ready for JSON."""
    if stored is None:
        return {}
    seconds = Timing.from_dict(stored).seconds(snapshot.features, rows)[rows]
    return {str(snapshot.samples[row]): round(float(each), 2) for row, each in zip(rows, seconds, strict=True)}


def _timed(project: Project, vectors: Vectors) -> tuple[Rows, NDArray[np.float64], list[str], list[str]]:
    said = Annotation.objects.filter(sample__project=project, verdict=Annotation.Verdict.LABEL, seconds__gt=0)
    latest = list(said.order_by("-pk").values_list("sample__index", "seconds", "author", "provenance")[:_LATEST])
    present = vectors.present
    kept = [row for row in latest if row[0] < len(present) and present[row[0]]]
    rows, seconds = np.array([row[0] for row in kept], np.int64), np.array([row[1] for row in kept], np.float64)
    accepted = Annotation.Provenance.MODEL_ACCEPTED
    tools = ["accepted" if row[3] == accepted else str(project.task) for row in kept]
    return rows, seconds, [str(row[2]) for row in kept], tools


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
