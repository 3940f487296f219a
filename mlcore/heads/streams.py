"""Late fusion: one linear head for each encoder's part of a vector, whose say goes from equal to what labels prove."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mlcore.calibration import fit_temperature, softmax
from mlcore.errors import BadCheckpoint
from mlcore.heads.chances import Chances
from mlcore.heads.classifier import logistic_arrays, logistic_from
from mlcore.heads.files import expect, named, read_head, write_head
from mlcore.heads.lesson import Lesson
from mlcore.heads.linear import hit_rate
from mlcore.heads.logistic import Logistic, fit_logistic

_FLOOR = 1e-3  # no stream is ever surer than this that a class is wrong
_EQUAL = 30.0  # nats that it costs to let one of two streams speak alone: how many labels it takes to be believed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stream:
    """The columns that one encoder made, and the head that reads them."""

    columns: slice
    logistic: Logistic
    say: float  # of all streams together 1


@dataclass(frozen=True)
class StreamsHead:
    """A scene classifier on vectors that several encoders made side by side.

    Heads on all columns at once lose where one encoder says nothing (`docs/results/streams.md`). Here each encoder has
    a head of its own, and their logarithmic chances are averaged (a product of experts, Hinton 2002), with weights
    that are drawn from equal towards those under which held-out labels are likeliest.
    """

    streams: Sequence[Stream]
    temperature: float = 1.0
    held_out_accuracy: float | None = None  # on its own training labels: optimistic or pessimistic, never a promise
    kind: ClassVar[str] = "streams"

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the label codes [K] in the order of the probabilities."""
        return self.streams[0].logistic.classes

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on vectors [N, d], their streams (without any, all columns are one) and label codes int [N].

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        columns = list(lesson.streams) or [slice(0, np.shape(lesson.inputs)[1])]
        fitted = [_fitted(lesson, part) for part in columns]
        heads, held_out = [head for head, _ in fitted], [shown for _, shown in fitted if shown is not None]
        classes = heads[0].classes
        if len(held_out) < len(heads):  # too few labels to tell the streams apart
            says, temperature, hits = np.full(len(heads), 1 / len(heads)), 1.0, None
        else:
            logs = np.log(np.stack(held_out).astype(np.float64) + _FLOOR)
            targets = np.searchsorted(classes, np.asarray(lesson.targets))
            says = _says(logs, targets)
            joined = np.tensordot(says, logs, 1)
            temperature = fit_temperature(joined, targets)
            hits = hit_rate(classes, softmax(joined, temperature), np.asarray(lesson.targets))
        parts = zip(columns, heads, says.tolist(), strict=True)
        return cls([Stream(*part) for part in parts], temperature, hits)

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d]."""
        joined = np.zeros((len(features), len(self.classes)), np.float32)
        for stream in self.streams:
            chances = stream.logistic.predict_proba(features[:, stream.columns])
            joined += np.float32(stream.say) * np.log(chances + np.float32(_FLOOR))
        return softmax(joined, self.temperature)

    def predict(self, features: NDArray[np.floating]) -> Chances:
        """Return calibrated probabilities [N, K] of vectors [N, d], float16 or float32, with their classes."""
        return Chances(self.classes, self.predict_proba(features))

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        arrays = {
            f"{number}.{name}": array
            for number, stream in enumerate(self.streams)
            for name, array in logistic_arrays(stream.logistic).items()
        }
        columns = [[stream.columns.start, stream.columns.stop] for stream in self.streams]
        notes = {"columns": columns, "says": [stream.say for stream in self.streams], "temperature": self.temperature}
        write_head(path, kind=self.kind, arrays=arrays, notes=notes)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        arrays, notes = read_head(path, kind=cls.kind)
        try:
            parts = list(zip(notes["columns"], notes["says"], strict=True))
            temperature = float(notes["temperature"])
            streams = [
                Stream(slice(*map(int, ends)), logistic_from(named(arrays, f"{number}."), path), float(say))
                for number, (ends, say) in enumerate(parts)
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise BadCheckpoint(f"{path} doesn't hold a whole head: {error}.") from error
        expect(bool(streams) and all(_is_whole(each, streams[0]) for each in streams), path)
        return cls(streams, temperature)


def _fitted(lesson: Lesson, columns: slice) -> tuple[Logistic, NDArray[np.float32] | None]:
    """Return a stream's own head, and what it said of rows that were held out."""
    own = [block for block in lesson.blocks if block.start >= columns.start and block.stop <= columns.stop]
    shifted = [slice(block.start - columns.start, block.stop - columns.start) for block in own]
    part = replace(
        lesson,
        inputs=np.asarray(lesson.inputs)[:, columns],
        pool=None if lesson.pool is None else lesson.pool[:, columns],
        blocks=shifted if len(shifted) > 1 else (),
    )
    return fit_logistic(
        part.inputs, part.targets, seed=part.seed, groups=part.groups, pool=part.pool, blocks=part.blocks
    )


def _says(logs: Floats, targets: NDArray[np.int64]) -> Floats:
    """Return the weights [S] of streams' logarithmic chances [S, N, K] under which held-out labels are likeliest."""
    count, rows = len(logs), np.arange(len(targets))
    if count == 1:
        return np.ones(1)

    def loss(free: Floats) -> float:
        joined = np.tensordot(_shares(free[:-1]), logs, 1) / np.exp(free[-1])
        likelihood = joined[rows, targets] - np.logaddexp.reduce(joined, 1)
        unequal = np.square(_shares(free[:-1]) - 1 / count).sum() * count / 2
        return float(-likelihood.sum() + _EQUAL * unequal + 2 * free[-1] ** 2)

    return _shares(minimize(loss, np.zeros(count + 1), method="L-BFGS-B").x[:-1])


def _shares(free: Floats) -> Floats:
    exponents = np.exp(free - free.max())
    shares: Floats = exponents / exponents.sum()
    return shares


def _is_whole(stream: Stream, first: Stream) -> bool:
    width = stream.columns.stop - stream.columns.start
    fits = stream.logistic.weights.shape == (width, len(first.logistic.classes))
    return fits and np.array_equal(stream.logistic.classes, first.logistic.classes)
