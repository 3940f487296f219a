"""Rows of ours that learn more: pretrained further on the scene without labels, or fine-tuned on a split's labels."""

from dataclasses import dataclass

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Rows, Task
from mlcore.benchmarks.learners import Features, Predictions
from mlcore.benchmarks.rows.encoders import kinds_in, reading, vectors
from mlcore.benchmarks.rows.row import EMBED_CHUNK, Kind
from mlcore.finetune import FinetuneRecipe, finetune
from mlcore.heads import Lesson, get_head
from mlcore.model import Encoder, load_encoder
from mlcore.pretrain import Recipe, pretrain

TUNED = (("indian-pines", "hsi"), ("houston", "hsi"))  # they take long
_STEPS, _BATCH = 200, 128


def _shipped() -> Encoder:
    encoder = load_encoder("nano")
    if not isinstance(encoder, Encoder):
        raise TypeError("nano is shipped with weights")
    return encoder


@dataclass
class OnSceneRow:
    """The shipped encoder, trained further on the whole scene and fitted to its spectra: test places, but no label."""

    name: str
    title: str
    on: tuple[tuple[str, str], ...]  # data set and input
    kind: Kind = Kind.OURS

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the heads that every frozen row has."""
        return ("linear", "svm")

    def refusal(self, data: DataSet, view: str) -> str:
        """Return why the scene isn't trained on, '' if it is."""
        return "" if (data.name, view) in self.on else "pretraining on the scene is measured on some sets only"

    def digest(self, data: DataSet, view: str) -> str:
        """Return the recipe and what it starts from."""
        return f"on scene 3 {_STEPS} {_BATCH} {_shipped().digest}"

    def saw_test(self, data: DataSet) -> bool:
        """Return True: test places are on the scene."""
        return True

    def features(self, data: DataSet, view: str) -> Features:
        """Train, then return the vectors."""
        scenes = (data.scenes or {})[view]
        recipe = Recipe(tile_px=int(data.places.side), batch=_BATCH, steps=_STEPS)
        encoder, _ = pretrain(list(scenes), recipe, start=_shipped())
        return _embedded(reading(encoder, data, view), data, view, np.arange(len(data)))

    def blocks(self, data: DataSet, view: str, width: int) -> tuple[slice, ...]:
        """Return the encoder's."""
        return kinds_in(_shipped(), data, width)


@dataclass
class FinetunedRow:
    """The shipped encoder with low-rank adapters that learn from the labels of each split, and the usual head."""

    name: str
    title: str
    on: tuple[tuple[str, str], ...]  # data set and input
    kind: Kind = Kind.TRAINED

    def refusal(self, data: DataSet, view: str) -> str:
        """Return why it isn't fine-tuned, '' if it is."""
        return "" if (data.name, view) in self.on else "fine-tuning is measured on some sets only"

    def digest(self, data: DataSet, view: str) -> str:
        """Return the recipe and what it starts from."""
        return f"fine-tuned 2 {FinetuneRecipe()} {_shipped().digest}"

    def saw_test(self, data: DataSet) -> bool:
        """Return whether the shipped weights' card names a file of this data set."""
        seen = " ".join(_shipped().card.values())
        return any(name in seen for name in data.files)

    def predict(self, data: DataSet, view: str, parts: tuple[Rows, Rows], seed: int) -> Predictions:
        """Fine-tune on the patches of the first part, and return what the head says of the second."""
        train, test = parts
        labels = data.targets[train]
        start = reading(_shipped(), data, view)
        encoder = finetune(start, data.inputs[view](train), labels, recipe=FinetuneRecipe(seed=seed))
        taught = _embedded(encoder, data, view, train)
        blocks = kinds_in(encoder, data, taught.shape[1])
        head = get_head("classes").fit(Lesson(inputs=taught, targets=labels, seed=seed, blocks=blocks))
        return head.predict(_embedded(encoder, data, view, test)).codes


def _embedded(encoder: Encoder, data: DataSet, view: str, rows: Rows) -> Features:
    chunks = [rows[start : start + EMBED_CHUNK] for start in range(0, len(rows), EMBED_CHUNK)]
    return np.concatenate([vectors(encoder, data, data.inputs[view](chunk)) for chunk in chunks])
