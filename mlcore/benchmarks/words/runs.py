"""One run: so many reports of one half of the ground teach the head for tags, all of the other half test it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.words.reports import Reports
from mlcore.heads import Lesson, MultiLabelHead
from mlcore.metrics import label_scores
from mlcore.model.knowledge import text_columns
from mlcore.samples import Sample
from mlcore.text import SentenceEncoder

BUDGETS = (50, 200)
WHOLE, TOLD = "whole", "told"


@dataclass(frozen=True)
class Run:
    """What one encoder was worth in one draw."""

    encoder: str
    form: str  # 'whole' vectors, or as they are 'told' to an encoder of imagery
    budget: int
    seed: int
    precision: float  # mean average precision over categories
    f1: float  # of all entries together

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return asdict(self)


@dataclass(frozen=True)
class Vectors:
    """What an encoder made of all reports."""

    encoder: str
    forms: dict[str, NDArray[np.float32]]
    milliseconds: float  # a report


def vectors_of(reports: Reports, encoder: SentenceEncoder) -> Vectors:
    """Embed the reports; each is a post of its own."""
    began = perf_counter()
    whole = encoder.embed(reports.texts)
    milliseconds = 1000 * (perf_counter() - began) / len(reports.texts)
    told = text_columns(
        [Sample((), texts=(text,)) for text in reports.texts], _Known(encoder.name, reports.texts, whole)
    )
    return Vectors(encoder.name, {WHOLE: whole, TOLD: told}, milliseconds)


class _Known:
    """An encoder that looks up what was embedded before."""

    def __init__(self, name: str, texts: list[str], vectors: NDArray[np.float32]) -> None:
        self.name, self._vectors = name, dict(zip(texts, vectors, strict=True))

    def embed(self, sentences: Any) -> NDArray[np.float32]:
        return np.stack([self._vectors[sentence] for sentence in sentences])


def run(reports: Reports, vectors: Vectors, *, seeds: int, tell: Callable[[str], None]) -> Iterator[Run]:
    """Teach and test with draws that are the same for each encoder."""
    taught, tested = np.flatnonzero(~reports.is_odd), np.flatnonzero(reports.is_odd)
    for form, rows in vectors.forms.items():
        for budget in BUDGETS:
            scores = []
            for seed in range(seeds):
                drawn = np.random.default_rng([seed, budget]).permutation(taught)[:budget]
                lesson = Lesson(inputs=rows[drawn], targets=reports.has[drawn], seed=seed, pool=rows[taught])
                head = MultiLabelHead.fit(lesson)
                chances = head.predict(rows[tested])
                truth = reports.has[tested].astype(np.float64)
                told = label_scores(truth, chances.probabilities, thresholds=chances.thresholds)
                scores.append(told.mean_average_precision)
                yield Run(vectors.encoder, form, budget, seed, told.mean_average_precision, told.micro_f1)
            tell(f"{vectors.encoder}, {form}, {budget} reports: {np.mean(scores):.3f}")
