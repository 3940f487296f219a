"""Which source fits which imagery: crops of large scenes, pairs of small tiles that are alike, or a mixture."""

from collections.abc import Sequence

import numpy as np

from mlcore.pretrain.crops import Crops
from mlcore.pretrain.shards import Shard, kind_of
from mlcore.pretrain.source import Mixed, Source, reference
from mlcore.pretrain.tiles import ShardTiles, TilePairs, Tiles
from mlcore.samples import Chip, Sample

_FEWEST = 16  # alike tiles that are contrasts for each other; fewer are small scenes


def source_of(scenes: Sequence[Chip | Sample], tile_px: int) -> Source:
    """Return how to draw pairs from imagery in memory.

    Tiles of at most twice a crop's side, of which there are many of a kind, are contrasts for each other; from larger
    scenes crops are drawn. A source is drawn as often as the square root of its pixels says.

    Raises:
        EmptyRaster: a scene has no valid pixel, or there is none.
    """
    samples = [Sample((scene,)) if isinstance(scene, Chip) else scene for scene in scenes]
    kinds: dict[str, list[Sample]] = {}
    for sample in samples:
        kinds.setdefault(kind_of(sample), []).append(sample)
    pools = [alike for alike in kinds.values() if len(alike) >= _FEWEST and max(reference(alike[0])) <= 2 * tile_px]
    pooled = {id(sample) for alike in pools for sample in alike}
    large = [sample for sample in samples if id(sample) not in pooled]
    sources: list[Source] = [TilePairs(Tiles(alike)) for alike in pools]
    weights = [_size(alike) for alike in pools]
    if large or not sources:
        sources.append(Crops(large))
        weights.append(sum(_size([sample]) for sample in large))
    return sources[0] if len(sources) == 1 else Mixed(sources, weights)


def _size(samples: Sequence[Sample]) -> float:
    height, width = reference(samples[0])
    return float(np.sqrt(len(samples) * height * width))


def shard_source(shards: Sequence[Shard]) -> Source:
    """Return how to draw pairs from shards: each kind as often as it has samples."""
    kinds: dict[str, list[Shard]] = {}
    for shard in shards:
        kinds.setdefault(shard.kind, []).append(shard)
    sources = [TilePairs(ShardTiles(alike)) for alike in kinds.values()]
    return sources[0] if len(sources) == 1 else Mixed(sources, [len(source.tiles) for source in sources])
