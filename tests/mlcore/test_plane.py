"""The plane: what lies near in many dimensions lies near in two, the same way each time."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.plane import lay_flat


def two_groups(count: int = 200, dimensions: int = 32) -> np.ndarray:
    """Return rows of two kinds, the first half unlike the second."""
    rng = np.random.default_rng(0)
    rows = rng.normal(0, 1, (count, dimensions))
    rows[count // 2 :, :4] += 12
    return rows.astype(np.float16)


def test_it_works() -> None:
    plane = lay_flat(two_groups())
    assert plane.places.shape == (200, 2)
    assert 0 <= plane.places.min() and plane.places.max() <= 1
    first, second = plane.places[:100, 0], plane.places[100:, 0]
    assert max(first.max(), second.max()) > 0.8 and abs(first.mean() - second.mean()) > 0.5
    assert max(first.min(), second.min()) > min(first.max(), second.max())  # no overlap
    assert 0.4 < plane.explained < 1


def test_it_keeps_as_much_as_the_exact_decomposition() -> None:
    rows = two_groups().astype(np.float64)
    centred = rows - rows.mean(0)
    singular = np.linalg.svd(centred, compute_uv=False)
    assert lay_flat(rows).explained == pytest.approx((singular[:2] ** 2).sum() / (singular**2).sum(), abs=1e-3)


def test_the_second_time_gives_the_same_places() -> None:
    assert np.array_equal(lay_flat(two_groups()).places, lay_flat(two_groups()).places)


def test_rows_in_another_order_lie_in_the_same_places() -> None:
    rows = two_groups()
    assert np.allclose(lay_flat(rows[::-1]).places[::-1], lay_flat(rows).places, atol=1e-2)


@pytest.mark.parametrize("shape", [(0, 8), (1, 8), (5, 1), (5, 2), (3, 0)])
def test_few_rows_or_dimensions_have_places_too(shape: tuple[int, int]) -> None:
    plane = lay_flat(np.arange(np.prod(shape), dtype=np.float32).reshape(shape))
    assert plane.places.shape == (shape[0], 2)
    assert np.isfinite(plane.places).all()


def test_identical_rows_lie_in_the_middle() -> None:
    assert lay_flat(np.full((20, 8), 3.0)).places.tolist() == [[0.5, 0.5]] * 20


def test_an_outlier_does_not_squeeze_the_rest() -> None:
    rows = two_groups(400)
    rows[0] = 3000
    spread = lay_flat(rows).places[1:].std(0)
    assert (spread > 0.02).all()


@pytest.mark.parametrize("rows", [np.full((4, 3), np.nan), np.full((4, 3), np.inf), np.zeros(4)])
def test_broken_vectors_are_refused(rows: np.ndarray) -> None:
    with pytest.raises(BadFeatures):
        lay_flat(rows)
