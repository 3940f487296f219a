"""Samples: what there is to label, made as the project's scope says: of tiles, of epochs, or of pairs of epochs."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db.models import Max

from annotation.ingest.placing import filled_tiles
from annotation.models import Epoch, Project, Sample, Scene, Tile
from annotation.models.projects import Scope

ENOUGH_VALID = 0.5  # of a tile's pixels; below, nobody is asked to label it
_BATCH = 5000  # rows

Fractions = dict[int, float]  # tile id -> how much of it is valid, above 0


def next_index(project: Project) -> int:
    """Return the first row of the project's arrays that no sample has; hold `lock` while using it."""
    last = project.samples.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def state_of(valid_fraction: float) -> str:
    """Return how a new sample stands."""
    return Sample.State.OPEN if valid_fraction >= ENOUGH_VALID else Sample.State.EMPTY


def add_tiles(project: Project, tiles: list[Tile], first_index: int) -> None:
    """Write tiles, and for each a timeless sample with consecutive rows from `first_index` if that is the scope."""
    Tile.objects.bulk_create(tiles, batch_size=_BATCH)
    if project.scope == Scope.PLACE:
        made = ((tile, tile.valid_fraction) for tile in tiles)
        _write(project, made, first_index)


def make_samples(project: Project, *, epochs: Sequence[Epoch] | None = None) -> int:
    """Make the samples that the project's scope asks for and that are not there; hold `lock`; return how many.

    Empty ones that imagery of their epochs has filled meanwhile are opened. With `epochs`, only theirs are looked at.
    """
    if project.scope == Scope.PLACE:
        bare = Tile.objects.filter(grid__project=project, samples=None).order_by("id").defer("outline")
        return _write(project, ((tile, tile.valid_fraction) for tile in bare), next_index(project))
    seen = lru_cache(maxsize=None)(seen_by)
    count = 0
    for earlier, later in _wanted(project):
        if epochs is None or earlier in epochs or later in epochs:
            fractions = seen(earlier) if later is None else _both(seen(earlier), seen(later))
            count += _make(project, earlier, later, fractions)
    return count


def _wanted(project: Project) -> list[tuple[Epoch, Epoch | None]]:
    if project.scope == Scope.EPOCH:
        return [(epoch, None) for epoch in project.epochs.all()]
    return [(pair.earlier, pair.later) for pair in project.epoch_pairs.select_related("earlier", "later")]


def seen_by(epoch: Epoch, *, without: Scene | None = None) -> Fractions:
    """Return the tiles that scenes of an epoch show, each as far as the best of them fills it."""
    fractions: Fractions = {}
    scenes = epoch.scenes.exclude(pk=without.pk) if without else epoch.scenes.all()
    for scene in scenes.select_related("asset", "grid").order_by("id"):
        for tile, fraction in filled_tiles(scene).items():
            fractions[tile] = max(fraction, fractions.get(tile, 0))
    return fractions


def _both(one: Fractions, other: Fractions) -> Fractions:
    return {tile: min(one[tile], other[tile]) for tile in one if tile in other}


def _make(project: Project, earlier: Epoch, later: Epoch | None, fractions: Fractions) -> int:
    there = Sample.objects.filter(project=project, epoch=earlier, later_epoch=later)
    filled = [tile for tile, fraction in fractions.items() if fraction >= ENOUGH_VALID]
    there.filter(tile__in=filled, state=Sample.State.EMPTY).update(state=Sample.State.OPEN)
    known = set(there.values_list("tile_id", flat=True))
    tiles = Tile.objects.filter(pk__in=fractions.keys() - known).order_by("grid_id", "row", "column")
    made = ((tile, fractions[tile.pk]) for tile in tiles.defer("outline"))
    return _write(project, made, next_index(project), epoch=earlier, later_epoch=later)


def _write(project: Project, tiles: Iterable[tuple[Tile, float]], first_index: int, **epochs: Epoch | None) -> int:
    samples = [
        Sample(project=project, tile=tile, index=index, state=state_of(fraction), **epochs)
        for index, (tile, fraction) in enumerate(tiles, start=first_index)
    ]
    Sample.objects.bulk_create(samples, batch_size=_BATCH)
    return len(samples)
