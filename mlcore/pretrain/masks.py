"""Which tokens are hidden: at random, or by structure (places, spectral groups, dates, whole modalities)."""

from collections.abc import Callable
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import UnknownName
from mlcore.model.network import Layout

Hidden = NDArray[np.bool_]  # [T], True where a token is hidden


def _tokens(layout: Layout, share: float, rng: np.random.Generator) -> Hidden:
    """Hide single tokens."""
    return _most(rng.random(len(layout)), share)


def _tubes(layout: Layout, share: float, rng: np.random.Generator) -> Hidden:
    """Hide places, in all their groups, dates and modalities: nothing can be copied from beside in time or spectrum."""
    return _whole(layout.cell, share, rng)


def _groups(layout: Layout, share: float, rng: np.random.Generator) -> Hidden:
    """Hide spectral groups everywhere: the spectrum must be filled in from the rest of it."""
    kinds = layout.kind * (layout.group.max() + 1) + layout.group
    return _whole(kinds, share, rng)


def _modality(layout: Layout, share: float, rng: np.random.Generator) -> Hidden:
    """Hide one whole modality or sensor."""
    return np.isin(layout.kind, rng.choice(np.unique(layout.kind)))


def _dates(layout: Layout, share: float, rng: np.random.Generator) -> Hidden:
    """Hide whole dates."""
    return _whole(layout.date, share, rng)


def _whole(kinds: NDArray[np.int64], share: float, rng: np.random.Generator) -> Hidden:
    """Hide about `share` of the kinds, at least one, and never all of them."""
    names = np.unique(kinds)
    count = int(np.clip(round(share * len(names)), 1, max(1, len(names) - 1)))
    return np.isin(kinds, rng.choice(names, count, replace=False))


def _most(scores: NDArray[np.float64], share: float) -> Hidden:
    count = int(np.clip(round(share * len(scores)), 1, max(1, len(scores) - 1)))
    hidden = np.zeros(len(scores), bool)
    hidden[np.argsort(scores)[:count]] = True
    return hidden


# Kind of mask -> (how, what must differ between tokens for it to make sense, how often).
_Kind = tuple[Callable[[Layout, float, np.random.Generator], Hidden], str, float]
MASKS: dict[str, _Kind] = {
    "tokens": (_tokens, "cell", 0.4),
    "tubes": (_tubes, "cell", 0.2),
    "groups": (_groups, "group", 0.2),
    "modality": (_modality, "kind", 0.1),
    "dates": (_dates, "date", 0.1),
}


def hide(
    layout: Layout, count: int, rng: np.random.Generator, *, shares: tuple[float, float] = (0.5, 0.9), kind: str = ""
) -> NDArray[np.bool_]:
    """Return which tokens of `count` samples are hidden, bool [count, T].

    Each sample draws its own kind of mask among those that its layout allows, 40 % single tokens, 20 % tubes,
    20 % spectral groups, 10 % modalities, 10 % dates (structured masks: Galileo, arXiv 2502.09356), and its own
    share of hidden tokens.

    Args:
        layout: what the tokens are; those that are no cells of chips (place, weather, text) are never hidden.
        count: samples.
        rng: where the draws come from.
        shares: least and largest share of hidden tokens.
        kind: one kind of mask for all, instead of the mixture.

    Raises:
        UnknownName: no such kind of mask.
    """
    if kind and kind not in MASKS:
        raise UnknownName("mask", kind, MASKS)
    cells = layout.imagery
    whole, layout = len(layout), _those(layout, cells)
    names = [kind] if kind else [name for name, (_, axis, _) in MASKS.items() if np.ptp(getattr(layout, axis)) > 0]
    if not names:  # a single token: nothing could be rebuilt from nothing
        return np.zeros((count, whole), bool)
    weights = np.array([MASKS[name][2] for name in names])
    drawn = rng.choice(len(names), count, p=weights / weights.sum())
    hidden = np.zeros((count, whole), bool)
    hidden[:, cells] = [MASKS[names[index]][0](layout, rng.uniform(*shares), rng) for index in drawn]
    return hidden


def _those(layout: Layout, chosen: NDArray[np.bool_]) -> Layout:
    return Layout(*(getattr(layout, part.name)[chosen] for part in fields(Layout)))
