"""What frozen features are worth when labels are few: ours beside raw bands, PCA and plain statistics."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mlcore.benchmarks.indian_pines import PATCH_PX, IndianPines, split
from mlcore.heads import LinearHead
from mlcore.model import Config, Encoder, Network, StatisticsEncoder, load_encoder
from mlcore.pretrain import Recipe, Step, pretrain

Features = NDArray[np.float32]  # [N, d]
_TEST_ROWS = 3000
_COMPONENTS = 30

RAW, PCA_STATISTICS = "raw bands", "PCA-30 with local mean and spread"
STATISTICS, UNTRAINED = "statistics alone", "ours, untrained"
SHIPPED, PRETRAINED = "ours, shipped weights", "ours, pretrained on the scene"


@dataclass(frozen=True)
class Settings:
    """How much to measure."""

    seeds: int = 5
    splits: tuple[str, ...] = ("random", "block")
    budgets: tuple[int, ...] = (5, 20, 50)  # labels a class
    steps: int = 200  # of pretraining


@dataclass(frozen=True)
class Score:
    """Accuracy (0..1) of one kind of features with one classifier, over seeds."""

    features: str
    classifier: str
    split: str
    budget: int
    accuracies: tuple[float, ...]  # one for each seed; the same seeds have the same splits in every row

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready row with mean and standard deviation."""
        return asdict(self) | {"mean": float(np.mean(self.accuracies)), "std": float(np.std(self.accuracies))}


def make_features(
    data: IndianPines, settings: Settings, *, progress: Callable[[Step], None] | None = None
) -> dict[str, Features]:
    """Return every kind of features of the labelled pixels; none of them has seen a label."""
    samples = data.samples()
    recipe = Recipe(tile_px=PATCH_PX, batch=256, steps=settings.steps)
    pretrained, _ = pretrain([data.scene()], recipe, progress=progress)
    return {
        RAW: data.cube[:, data.rows, data.columns].T.copy(),
        PCA_STATISTICS: _pca_statistics(data),
        STATISTICS: StatisticsEncoder().embed(samples),
        UNTRAINED: Encoder(network=Network(Config()).requires_grad_(False)).embed(samples),
        SHIPPED: load_encoder("nano").embed(samples),
        PRETRAINED: pretrained.embed(samples),
    }


def _pca_statistics(data: IndianPines) -> Features:
    """Return the hand-made features to beat: leading components at the pixel, and their 9 x 9 mean and spread."""
    flat = data.cube.reshape(len(data.cube), -1).T
    channels = PCA(_COMPONENTS, random_state=0).fit_transform(flat).T.reshape(-1, *data.cube.shape[1:])
    means = np.stack([uniform_filter(channel, PATCH_PX) for channel in channels])
    squares = np.stack([uniform_filter(channel * channel, PATCH_PX) for channel in channels])
    stacked = np.concatenate([channels, means, np.sqrt((squares - means**2).clip(0))])
    return stacked[:, data.rows, data.columns].T.astype(np.float32)


def measure(data: IndianPines, features: dict[str, Features], settings: Settings) -> Iterator[Score]:
    """Fit each classifier on each kind of features for each split, budget and seed; standardised on training rows."""
    for split_name in settings.splits:
        for budget in settings.budgets:
            splits = [split(data, split_name, budget, seed) for seed in range(settings.seeds)]
            for name, rows in features.items():
                for classifier in _classifiers_for(name):
                    hits = tuple(_accuracy(classifier, rows, data.labels, *places) for places in splits)
                    yield Score(name, classifier, split_name, budget, hits)


def _classifiers_for(features: str) -> tuple[str, ...]:
    return ("linear", "svm", "forest") if features == RAW else ("linear", "svm")


def _accuracy(
    classifier: str, rows: Features, labels: NDArray[np.int64], train: NDArray[np.int64], test: NDArray[np.int64]
) -> float:
    test = test if len(test) <= _TEST_ROWS else np.random.default_rng(0).choice(test, _TEST_ROWS, replace=False)
    return float((_predicted(classifier, rows[train], labels[train], rows[test]) == labels[test]).mean())


def _predicted(classifier: str, train: Features, labels: NDArray[np.int64], test: Features) -> NDArray[np.int64]:
    if classifier == "linear":
        head = LinearHead.fit(train, labels)
        chosen: NDArray[np.int64] = head.classes[head.predict_proba(test).argmax(1)]
        return chosen
    model = (
        make_pipeline(StandardScaler(), SVC(C=100.0))
        if classifier == "svm"
        else RandomForestClassifier(200, random_state=0)
    )
    predicted: NDArray[np.int64] = model.fit(train, labels).predict(test)
    return predicted


def table(scores: list[Score]) -> str:
    """Return the scores as a text table, per cent, mean and standard deviation over seeds."""
    columns = list(dict.fromkeys((score.split, score.budget) for score in scores))
    cells = {(s.features, s.classifier, s.split, s.budget): s.accuracies for s in scores}
    lines = [f"{'features':34s} {'head':7s}" + "".join(f"{split:>8s}{budget:4d}" for split, budget in columns)]
    for name, classifier in dict.fromkeys((score.features, score.classifier) for score in scores):
        found = [cells[name, classifier, *column] for column in columns]
        text = "".join(f"{100 * np.mean(hits):7.1f}±{100 * np.std(hits):3.1f} " for hits in found)
        lines.append(f"{name:34s} {classifier:7s}{text}")
    return "\n".join(lines)


def verdicts(scores: list[Score]) -> dict[str, float]:
    """Return by how much ours is better on the block split: points of accuracy with the linear head, all budgets."""
    rows = {
        (s.features, s.budget): np.array(s.accuracies) for s in scores if (s.split, s.classifier) == ("block", "linear")
    }
    budgets = sorted({budget for _, budget in rows})
    return {
        f"ours minus {other}": 100 * float(np.mean([rows[PRETRAINED, n] - rows[other, n] for n in budgets]))
        for other in (RAW, STATISTICS)
    }
