"""Pools for query strategies, made in code."""

import numpy as np

from mlcore.query import Pool


def make_pool(count=400, *, clusters=8, classes=4, labelled=0, seed=0, probabilities=True):
    """Clusters of vectors, sizes falling, with a head that is sure near some of them."""
    rng = np.random.default_rng(7)
    centres = 4 * rng.normal(size=(clusters, 12))
    member = np.sort(rng.choice(clusters, count, p=np.arange(clusters, 0, -1) / sum(range(clusters + 1))))
    features = (centres[member] + rng.normal(size=(count, 12))).astype(np.float16)
    logits = rng.normal(size=(count, classes)) * np.linspace(0.1, 5, count)[:, None]
    softmax = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    covered = rng.choice(count, labelled, replace=False)
    candidates = np.setdiff1d(np.arange(count), covered)
    return Pool(features, candidates, covered, softmax.astype(np.float32) if probabilities else None, seed=seed), member
