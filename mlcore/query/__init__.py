"""Query strategies: which samples are worth an expert's next minute. Arrays in, ordered rows out."""

from collections.abc import Callable

import numpy as np

from mlcore.errors import look_up
from mlcore.query.badge import badge
from mlcore.query.change import change
from mlcore.query.diversity import margin_cluster
from mlcore.query.herding import max_herding, uncertainty_herding
from mlcore.query.k_center import k_center
from mlcore.query.modalities import modality_disagreement
from mlcore.query.pool import Amounts, Changes, Detections, Picks, Pool
from mlcore.query.rare import rare_class, with_rare
from mlcore.query.rules import Rules, choose_by_rules
from mlcore.query.stages import auto, random
from mlcore.query.typiclust import typiclust
from mlcore.query.uncertainty import (
    boxes,
    ensemble_spread,
    entropy,
    interval_width,
    least_confidence,
    margin,
    tags,
    unsure,
)
from mlcore.query.variance import variance_reduction

__all__ = [
    "NEEDS",
    "STRATEGIES",
    "Amounts",
    "Changes",
    "Detections",
    "Picks",
    "Pool",
    "Rules",
    "Strategy",
    "choose",
    "get_strategy",
]

Strategy = Callable[[Pool, int], Picks]

STRATEGIES: dict[str, Strategy] = {
    "auto": auto,
    "random": random,
    "margin": margin,
    "entropy": entropy,
    "least_confidence": least_confidence,
    "unsure": unsure,
    "k_center": k_center,
    "badge": badge,
    "typiclust": typiclust,
    "max_herding": max_herding,
    "uncertainty_herding": uncertainty_herding,
    "margin_cluster": margin_cluster,
    "rare_class": rare_class,
    "modality_disagreement": modality_disagreement,
    "tags": tags,
    "ensemble_spread": ensemble_spread,
    "interval_width": interval_width,
    "variance_reduction": variance_reduction,
    "boxes": boxes,
    "change": change,
}

NEEDS: dict[str, str] = {  # what a strategy wants besides vectors and the chances of classes
    "modality_disagreement": "one class a tile, and imagery of two modalities or sensors",
    "tags": "chances of labels that don't exclude each other",
    "ensemble_spread": "a quantity as several models predict it",
    "interval_width": "intervals of a quantity",
    "variance_reduction": "a process of a quantity",
    "boxes": "boxes that a detector found",
    "change": "a pair of epochs, or chances of two classes, the second of which is change",
}


def get_strategy(name: str) -> Strategy:
    """Return the strategy called `name`.

    Raises:
        UnknownName: no such strategy; the message lists those there are.
    """
    return look_up(STRATEGIES, name, "query strategy")


def choose(name: str, pool: Pool, count: int, *, rules: Rules | None = None, rare_share: float = 0.0) -> Picks:
    """Return at most `count` candidates, best first, by the strategy called `name`, kept to the `rules` of place.

    A `rare_share` of them is asked for by `rare_class`, as long as some class has few labels.

    Raises:
        UnknownName: no such strategy.
        BadFeatures: features or probabilities aren't finite, or the strategy needs probabilities and has none.
    """
    strategy = get_strategy(name)
    strategy = with_rare(strategy, rare_share) if rare_share else strategy
    if count <= 0 or not len(pool.candidates):
        return Picks(np.zeros(0, np.int64), np.zeros(0, np.float32), ())
    return strategy(pool, count) if rules is None else choose_by_rules(strategy, pool, count, rules)
