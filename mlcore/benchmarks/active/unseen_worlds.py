"""Made worlds in which promises are judged, written by somebody who had not seen the rule, before any simulation.

Every world draws tiles from a Gaussian model of classes (unit noise around random class centres): its exact posterior
is a softmax over linear logits, which is what a linear head on deep features estimates. Class geometry, class shares,
tiles and audit order are drawn afresh in each run. The scale of the centres is set, once per run, so that the exact
posterior expects the stated share of errors. The departures from calibration are then laid on top.

Why these N: tiles of 640 m (64 Sentinel-2 pixels, as in EuroSAT); 2,000 tiles cover a town and its surroundings
(800 km2), 3,000 to 10,000 a county, 20,000 a small region (8,000 km2). Below 2,000 one would rather label by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.optimize import brentq
from scipy.special import logsumexp

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rng = np.random.Generator
DIM = 8  # effective dimension of the features: some pairs of classes are then close (forest, shrub), others far apart


@dataclass(frozen=True)
class Pool:
    """Tiles that wait for a label, in the order in which they would be audited."""

    confidence: Floats  # [N]
    wrong: NDArray[np.bool_]  # [N]


def _centres(rng: Rng, classes: int, dim: int = DIM) -> Floats:
    """Draw unscaled class centres with expected squared length 1."""
    return np.asarray(rng.standard_normal((classes, dim)) / np.sqrt(dim))


def _shares(rng: Rng, classes: int, errors: float) -> Floats:
    """Draw unequal class shares under which always guessing the commonest class errs more often than asked."""
    while True:
        shares = rng.dirichlet(np.full(classes, 3.0))
        if 1.0 - shares.max() > errors + 0.02:
            return shares


def _logits(x: Floats, centres: Floats, shares: Floats) -> Floats:
    """Return the logits of the classes for features with unit noise around the centres."""
    return np.asarray(x @ centres.T - 0.5 * np.square(centres).sum(axis=1) + np.log(shares))


def _confidence(logits: Floats) -> Floats:
    """Return the largest softmax probability of each row."""
    return np.asarray(np.minimum(np.exp(logits.max(axis=1) - logsumexp(logits, axis=1)), 1.0))


def _scale(centres: Floats, shares: Floats, kind: Ints, noise: Floats, errors: float) -> float:
    """Return the scale of the centres at which the exact posterior expects the given share of errors."""

    def excess(scale: float) -> float:
        """Return expected errors less the target."""
        logits = _logits(scale * centres[kind] + noise, scale * centres, shares)
        return float(1.0 - _confidence(logits).mean()) - errors

    return float(brentq(excess, 0.0, 60.0, xtol=1e-3))


def _visits(place: Ints, rng: Rng) -> Ints:
    """Return an audit order that visits random places and does three to eight tiles there before moving on."""
    shuffled = rng.permutation(place.size)
    by_place = shuffled[np.argsort(place[shuffled], kind="stable")]
    _, start, count = np.unique(place[by_place], return_index=True, return_counts=True)
    rank = np.arange(place.size) - np.repeat(start, count)
    visit = rank // np.repeat(rng.integers(3, 9, size=count.size), count)
    key = rng.random((count.size, int(visit.max()) + 1))
    return by_place[np.argsort(key[np.repeat(np.arange(count.size), count), visit], kind="stable")]


def _tempered(rng: Rng, n: int, classes: int, errors: float, factor: float) -> Pool:
    """Draw independent tiles whose reported logits are the exact ones times a factor."""
    centres, shares = _centres(rng, classes), _shares(rng, classes, errors)
    kind, noise = rng.choice(classes, size=n, p=shares), rng.standard_normal((n, DIM))
    scale = _scale(centres, shares, kind, noise, errors)
    logits = _logits(scale * centres[kind] + noise, scale * centres, shares)
    return Pool(_confidence(factor * logits), rng.random(n) >= _confidence(logits))


def _unseen(rng: Rng, n: int, classes: int, errors: float, share: float) -> Pool:
    """Draw independent tiles of which about the given share are of one kind that the model has no class for."""
    centres, shares = _centres(rng, classes + 1), _shares(rng, classes, errors)
    kind, noise = rng.choice(classes, size=n, p=shares), rng.standard_normal((n, DIM))
    scale = _scale(centres[:-1], shares, kind, noise, errors)
    kind[rng.random(n) < rng.beta(100 * share, 100 * (1 - share))] = classes
    logits = _logits(scale * centres[kind] + noise, scale * centres[:-1], shares)
    return Pool(_confidence(logits), logits.argmax(axis=1) != kind)


def _few_labels(rng: Rng, n: int, classes: int, errors: float, labels: int, dim: int) -> Pool:
    """Draw independent tiles judged by a linear head whose centres were estimated from a few labels per class."""
    centres, shares = _centres(rng, classes, dim), _shares(rng, classes, errors)
    kind, noise = rng.choice(classes, size=n, p=shares), rng.standard_normal((n, dim))
    scale = _scale(centres, shares, kind, noise, errors)
    learnt = scale * centres + rng.standard_normal((classes, dim)) / np.sqrt(labels)
    logits = _logits(scale * centres[kind] + noise, learnt, np.full(classes, 1.0 / classes))
    return Pool(_confidence(logits), logits.argmax(axis=1) != kind)


def _field(rng: Rng, side: int, length: float) -> Floats:
    """Draw a smooth standardised random field on a square grid, flattened."""
    field = gaussian_filter(rng.standard_normal((side, side)), length, mode="reflect").ravel()
    return np.asarray((field - field.mean()) / field.std())


def _landscape(rng: Rng, side: int, classes: int, errors: float, smooth: float) -> Pool:
    """Draw a map with patches of classes and noise that is partly shared by neighbours, audited in 4 x 4 places."""
    centres = _centres(rng, classes)
    pull = rng.normal(0.0, 0.4, size=classes)
    kind = np.stack([_field(rng, side, 5.0) + p for p in pull]).argmax(axis=0)
    shares = (np.bincount(kind, minlength=classes) + 1.0) / (kind.size + classes)
    shared = np.stack([_field(rng, side, 3.0) for _ in range(DIM)], axis=1)
    noise = np.sqrt(smooth) * shared + np.sqrt(1.0 - smooth) * rng.standard_normal((kind.size, DIM))
    scale = _scale(centres, shares, kind, noise, errors)
    logits = _logits(scale * centres[kind] + noise, scale * centres, shares)
    row, column = np.divmod(np.arange(kind.size), side)
    order = _visits((row // 4) * side + column // 4, rng)
    return Pool(_confidence(logits)[order], (logits.argmax(axis=1) != kind)[order])


def _scenes(rng: Rng, scenes: int, tiles: int, classes: int, errors: float, shift: float) -> Pool:
    """Draw scenes with their own class mix and a shift of features unknown to the model, audited scene by scene."""
    centres, shares = _centres(rng, classes), _shares(rng, classes, errors)
    mixes = rng.dirichlet(4.0 * shares + 0.05, size=scenes)
    kind = np.concatenate([rng.choice(classes, size=tiles, p=mix) for mix in mixes])
    noise = rng.standard_normal((kind.size, DIM))
    scale = _scale(centres, shares, rng.choice(classes, size=kind.size, p=shares), noise, errors)
    place = np.repeat(np.arange(scenes), tiles)
    x = scale * centres[kind] + noise + shift * rng.standard_normal((scenes, DIM))[place]
    logits = _logits(x, scale * centres, shares)
    order = _visits(place, rng)
    return Pool(_confidence(logits)[order], (logits.argmax(axis=1) != kind)[order])


UNSEEN: dict[str, Callable[[Rng], Pool]] = {
    # An easy map, few coarse classes; a linear head trained on enough labels of the same area is near its posterior.
    "calibrated, 8 % wrong": partial(_tempered, n=6000, classes=4, errors=0.08, factor=1.0),
    # A usual land-cover legend of six classes; the model temperature-scaled on held-out tiles, the standard remedy.
    "calibrated, 12 % wrong": partial(_tempered, n=4000, classes=6, errors=0.12, factor=1.0),
    # A finer legend over a whole region, where neighbouring classes truly overlap (crop, pasture, grassland).
    "calibrated, 20 % wrong": partial(_tempered, n=20000, classes=8, errors=0.20, factor=1.0),
    # Fine classes that one date of imagery hardly separates (crop types, local climate zones): 55 to 65 % is common.
    "calibrated, 40 % wrong": partial(_tempered, n=3000, classes=9, errors=0.40, factor=1.0),
    # Guo et al. (2017) fit temperatures near 1.5 to 2.5 for deep networks trained to low loss; 1.8 lies within.
    "logits 1.8 times too large": partial(_tempered, n=8000, classes=6, errors=0.15, factor=1.8),
    # A legend always misses something (solar parks, quarries): about 6 % of tiles, which a softmax cannot refuse.
    "6 % of a kind without a class": partial(_unseen, n=5000, classes=5, errors=0.08, share=0.06),
    # A head on frozen features from 20 labels per class in 32 dimensions: overconfidence comes from overfitting alone.
    "taught by 20 labels a class": partial(_few_labels, n=2000, classes=7, errors=0.08, labels=20, dim=32),
    # Label smoothing, mix-up and ensembles are known to leave logits too small; 0.7 is a usual fitted temperature.
    "logits 0.7 times as large": partial(_tempered, n=5000, classes=6, errors=0.12, factor=0.7),
    # Neighbours share soil, relief and light (40 % of the noise is smooth over some 3 tiles): errors come in patches.
    "patches, audited in places": partial(_landscape, side=100, classes=6, errors=0.12, smooth=0.4),
    # Scenes differ by season, haze and sensor (a quarter of the variance), so some go wrong as a whole, confidently.
    "scenes, audited in places": partial(_scenes, scenes=60, tiles=100, classes=5, errors=0.08, shift=0.6),
}
