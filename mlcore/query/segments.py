"""Superpixels: connected pieces of a tile whose pixels look alike (SLIC, Achanta et al. 2012) on a feature map."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mlcore.errors import BadFeatures

_ITERATIONS = 6
_COMPONENTS = 6
_SMALLEST_SHARE = 0.25  # of the mean size; smaller pieces join a neighbour

Labels = NDArray[np.int32]  # [H, W]


def superpixels(features: NDArray[np.floating], *, pixels: int = 25, compactness: float = 0.5) -> Labels:
    """Return the number of each pixel's segment, int32 [H, W], 0..S-1; -1 where a feature isn't finite.

    Args:
        features: [d, H, W], such as a feature map or bands; the six strongest components are used.
        pixels: how many make a segment, about.
        compactness: weight of distance on the ground against unlikeness, 0 or more.

    Raises:
        BadFeatures: not three dimensions, or nothing finite.
    """
    if features.ndim != 3 or pixels < 1:
        raise BadFeatures(f"Superpixels need features [d, H, W] and at least one pixel each, got {features.shape}.")
    valid = np.isfinite(features).all(0)
    if not valid.any():
        raise BadFeatures("The feature map holds no finite pixel; embed this tile again.")
    colours = _components(features, valid)
    step = np.sqrt(pixels)
    member = _assigned(colours, valid, step, compactness)
    return _tidied(member, colours, valid, max(1, int(_SMALLEST_SHARE * pixels)))


def _components(features: NDArray[np.floating], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the strongest principal components [H, W, c], of unit total spread."""
    table = np.asarray(features, np.float64)[:, valid].T
    table = table - table.mean(0)
    values, axes = np.linalg.eigh(table.T @ table / max(1, len(table)))
    kept = table @ axes[:, ::-1][:, :_COMPONENTS]
    spread = np.sqrt(values[::-1][:_COMPONENTS].clip(0).sum())
    components = np.zeros((*valid.shape, kept.shape[1]), np.float32)
    components[valid] = kept / (spread or 1.0)
    return components


def _assigned(
    colours: NDArray[np.float32], valid: NDArray[np.bool_], step: float, compactness: float
) -> NDArray[np.int64]:
    """Return each pixel's nearest of the seeds around it; seeds start on a lattice and move to their means."""
    height, width, _ = colours.shape
    tall, wide = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.mgrid[:height, :width]
    home_y, home_x = (y * tall) // height, (x * wide) // width
    member = home_y * wide + home_x
    ground = np.stack([y, x], -1) * (compactness / step)
    points = np.concatenate([colours, ground.astype(np.float32)], -1)
    for _ in range(_ITERATIONS):
        seeds = _means(points, np.where(valid, member, -1), tall * wide)
        best = np.full((height, width), np.inf, np.float32)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                near_y, near_x = (home_y + down).clip(0, tall - 1), (home_x + right).clip(0, wide - 1)
                other = near_y * wide + near_x
                distance = np.square(points - seeds[other]).sum(-1)
                nearer = distance < best
                best, member = np.where(nearer, distance, best), np.where(nearer, other, member)
    result: NDArray[np.int64] = member
    return result


def _means(points: NDArray[np.float32], member: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    inside = member >= 0
    numbers = np.bincount(member[inside], minlength=count)
    sums = np.stack([np.bincount(member[inside], column, count) for column in points[inside].T], 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (sums / numbers[:, None]).astype(np.float32)  # NaN where no pixel is left: never the nearest


def _tidied(member: NDArray[np.int64], colours: NDArray[np.float32], valid: NDArray[np.bool_], smallest: int) -> Labels:
    """Return connected segments, numbered from 0; pieces below `smallest` pixels join their likest neighbour."""
    pieces = _pieces(member, valid)
    for _ in range(3):
        sizes = np.bincount(pieces[valid])
        if (sizes >= smallest).all():
            break
        pieces = _pieces(_joined(pieces, sizes, colours, smallest), valid)
    return pieces.astype(np.int32)


def _pieces(member: NDArray[np.int64], valid: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return connected components of equal members, numbered from 0; -1 where invalid."""
    numbers = np.arange(member.size).reshape(member.shape)
    pairs = []
    for first, second in (((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
                          ((slice(1, None), slice(None)), (slice(None, -1), slice(None)))):  # fmt: skip
        same = (member[first] == member[second]) & valid[first] & valid[second]
        pairs.append((numbers[first][same], numbers[second][same]))
    ends = [np.concatenate([pair[side] for pair in pairs]) for side in (0, 1)]
    graph = coo_matrix((np.ones(len(ends[0]), bool), (ends[0], ends[1])), shape=(member.size,) * 2)
    _, component = connected_components(graph, directed=False)
    pieces = np.full(member.shape, -1, np.int64)
    pieces[valid] = np.unique(component.reshape(member.shape)[valid], return_inverse=True)[1]
    return pieces


def _joined(
    pieces: NDArray[np.int64], sizes: NDArray[np.int64], colours: NDArray[np.float32], smallest: int
) -> NDArray[np.int64]:
    """Return pieces with each small one given the number of its likest larger neighbour, if it has one."""
    means = _means(colours, pieces, len(sizes))
    left = np.concatenate([pieces[:, 1:].ravel(), pieces[1:].ravel()])
    right = np.concatenate([pieces[:, :-1].ravel(), pieces[:-1].ravel()])
    touching = (left != right) & (left >= 0) & (right >= 0)
    small = np.concatenate([left[touching], right[touching]])
    large = np.concatenate([right[touching], left[touching]])
    useful = (sizes[small] < smallest) & (sizes[large] > sizes[small])
    small, large = small[useful], large[useful]
    order = np.argsort(-np.square(means[small] - means[large]).sum(1), kind="stable")
    target = np.arange(len(sizes))
    target[small[order]] = large[order]  # the likest is written last
    return np.where(pieces >= 0, target[pieces.clip(0)], -1)
