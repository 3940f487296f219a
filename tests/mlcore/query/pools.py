"""Pools for query strategies, made in code."""

from dataclasses import replace

import numpy as np

from mlcore.query import Detections, Pool


class Near:
    """A process of amounts that are as alike as features are near."""

    def __init__(self, noise=0.1):
        self.noise = noise

    def covariance(self, first, second):
        gaps = np.square(first[:, None].astype(float) - second[None]).sum(2)
        return np.exp(-gaps / 2)


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
    softmax = softmax.astype(np.float32)
    pool = Pool(features, candidates, covered, softmax if probabilities else None, seed=seed)
    return pool, member


def with_evidence(pool, *, seed=3):
    """The pool with what the strategies of every kind of task look at."""
    rng, count = np.random.default_rng(seed), len(pool.features)
    return replace(
        pool,
        tags=rng.random((count, 4)).astype(np.float32),
        ensemble=rng.normal(size=(count, 5)),
        intervals=np.stack([np.zeros(count), rng.random(count)], 1),
        amounts=Near(),
        detections=Detections(rng.integers(0, count, 300), rng.random(300).astype(np.float32)),
        left_out={"s1": rng.dirichlet(np.ones(pool.probabilities.shape[1]), count).astype(np.float32)},
    )
