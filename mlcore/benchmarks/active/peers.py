"""Strategies of other libraries, as `library:strategy`, on the vectors and probabilities that ours see.

A library is only imported when it is asked for. Each says what is missing where it isn't installed.
"""

from collections.abc import Callable
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import MLCoreError, UnknownName
from mlcore.query import Picks, Pool, Strategy
from mlcore.query.space import Space

Rows = NDArray[np.int64]
_MODULES = {"skactiveml": "skactiveml", "modal": "modAL", "baal": "baal", "small_text": "small_text"}


class PeerAbsent(MLCoreError):
    """The library of a peer strategy is not installed; the message says how to install it."""


def _skactiveml(name: str, pool: Pool, count: int, **options: Any) -> Rows:
    from skactiveml import pool as strategies

    x, truth = _standardised(pool), np.full(len(pool.features), np.nan)
    labels = np.zeros(len(pool.covered)) if pool.labels is None else np.asarray(pool.labels, float)
    truth[pool.covered] = labels
    strategy = getattr(strategies, name)(random_state=pool.seed % 2**32, missing_label=np.nan, **options)
    told = {"candidates": np.asarray(pool.candidates, np.int64), "batch_size": count}
    if name in ("UncertaintySampling", "Badge"):
        told |= {"clf": _Known(pool).for_skactiveml(), "fit_clf": False}
    if name == "DropQuery":
        from skactiveml.classifier import SklearnClassifier
        from sklearn.linear_model import LogisticRegression

        told["clf"] = SklearnClassifier(LogisticRegression(max_iter=300), classes=np.unique(labels))
    rows: Rows = np.asarray(strategy.query(x, truth, **told), np.int64)
    return rows


def _modal(name: str, pool: Pool, count: int) -> Rows:
    from modAL import uncertainty

    answer = getattr(uncertainty, name)(_Known(pool), pool.features[pool.candidates], n_instances=count)
    places = answer[0] if isinstance(answer, tuple) else answer
    return np.asarray(pool.candidates, np.int64)[np.asarray(places).ravel().astype(np.int64)]


def _baal(name: str, pool: Pool, count: int) -> Rows:
    from baal.active import heuristics

    ranks = getattr(heuristics, name)()(_Known(pool).predict_proba(None))
    return np.asarray(pool.candidates, np.int64)[np.asarray(ranks).ravel()[:count].astype(np.int64)]


def _small_text(name: str, pool: Pool, count: int) -> Rows:
    import small_text

    asked = getattr(small_text, name)()
    rows = np.arange(len(pool.candidates))
    chosen = asked.query(_Known(pool), rows, rows, np.zeros(0, int), np.zeros(0, int), n=count)
    return np.asarray(pool.candidates, np.int64)[np.asarray(chosen, np.int64)]


class _Known:
    """A classifier that has predicted the candidates already, so that every strategy scores with one head."""

    def __init__(self, pool: Pool) -> None:
        if pool.probabilities is None:
            raise PeerAbsent("This strategy needs probabilities; the first batch is drawn at random instead.")
        self.found = np.asarray(pool.probabilities[pool.candidates], np.float64)

    def predict_proba(self, rows: Any) -> NDArray[np.float64]:
        """Return what was predicted, whatever is shown."""
        return self.found

    def for_skactiveml(self) -> Any:
        """Return the same as scikit-activeml wants it."""
        from skactiveml.base import SkactivemlClassifier

        chances = self.found

        class Known(SkactivemlClassifier):  # type: ignore[misc]
            """Fitted before."""

            def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:  # noqa: N803 - its names
                return self

            def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
                return chances

        known = Known(classes=np.arange(chances.shape[1]), missing_label=np.nan)
        known.classes_ = np.arange(chances.shape[1])
        return known


def _standardised(pool: Pool) -> NDArray[np.float64]:
    """Return columns of unit spread: the space of our own strategies."""
    vectors = Space(pool).vectors(np.arange(len(pool.features))).astype(np.float64)
    standardised: NDArray[np.float64] = vectors * np.sqrt(vectors.shape[1])
    return standardised


_Ask = Callable[[Pool, int], Rows]
PEERS: dict[str, _Ask] = {
    "skactiveml:margin": lambda pool, count: _skactiveml("UncertaintySampling", pool, count, method="margin_sampling"),
    "skactiveml:badge": lambda pool, count: _skactiveml("Badge", pool, count),
    "skactiveml:coreset": lambda pool, count: _skactiveml("CoreSet", pool, count),
    "skactiveml:typiclust": lambda pool, count: _skactiveml("TypiClust", pool, count),
    "skactiveml:max_herding": lambda pool, count: _skactiveml("MaxHerding", pool, count),
    "skactiveml:dropquery": lambda pool, count: _skactiveml("DropQuery", pool, count),
    "modal:margin": lambda pool, count: _modal("margin_sampling", pool, count),
    "modal:entropy": lambda pool, count: _modal("entropy_sampling", pool, count),
    "baal:margin": lambda pool, count: _baal("Margin", pool, count),
    "small_text:breaking_ties": lambda pool, count: _small_text("BreakingTies", pool, count),
}
WITHOUT_A_FIT = ("skactiveml:coreset", "skactiveml:typiclust", "skactiveml:max_herding")
DISTINCT = ("skactiveml:badge", "skactiveml:max_herding", "skactiveml:typiclust", "skactiveml:dropquery")


def get_peer(name: str) -> Strategy:
    """Return a strategy of another library.

    Raises:
        UnknownName: no such strategy; the message lists those there are.
        PeerAbsent: its library isn't installed.
    """
    if name not in PEERS:
        raise UnknownName("peer strategy", name, PEERS)
    if not is_installed(name):
        raise PeerAbsent(f"{name} needs a library that isn't installed: `pip install terrascribe[bench]`.")

    def strategy(pool: Pool, count: int) -> Picks:
        rows = PEERS[name](pool, count)
        return Picks(rows, np.linspace(1, 0, len(rows), endpoint=False, dtype=np.float32), ("",) * len(rows))

    return strategy


def is_peer(name: str) -> bool:
    """Return whether a strategy's name says that it is of another library."""
    return ":" in name


def version_of(name: str) -> str:
    """Return a peer strategy's name with the version of its library."""
    module = _MODULES[name.partition(":")[0]]
    return f"{name} {', '.join(version(package) for package in packages_distributions()[module])}"


def is_installed(name: str) -> bool:
    """Return whether the library of a peer strategy is there."""
    return find_spec(_MODULES[name.partition(":")[0]]) is not None
