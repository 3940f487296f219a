"""Ground: true shape, scale and north of a tile's pixels."""

import pytest

from mlcore.raster.grid import GridSpec
from mlcore.raster.ground import ground_of


def test_it_works() -> None:
    ground = ground_of(GridSpec("EPSG:32632", (10, 0, 500_000, 0, -10, 5_000_000), 64), 0, 0)
    assert ground is not None
    assert ground.step_m == pytest.approx((10, 10), rel=1e-3)
    assert ground.north == pytest.approx(0, abs=0.1)


def test_pixels_in_degrees_are_half_as_wide_as_high_at_60_north() -> None:
    ground = ground_of(GridSpec("EPSG:4326", (0.001, 0, 25, 0, -0.001, 60), 64), 0, 0)
    assert ground is not None
    across, down = ground.step_m
    assert across / down == pytest.approx(0.5, abs=0.01)
    assert ground.north == pytest.approx(0, abs=0.01)


def test_web_mercator_is_upright_and_larger_than_life() -> None:
    ground = ground_of(GridSpec("EPSG:3857", (10, 0, 0, 0, -10, 8_400_000), 64), 0, 0)
    assert ground is not None
    assert ground.step_m[0] == pytest.approx(ground.step_m[1], rel=0.01)
    assert ground.step_m[0] == pytest.approx(5, rel=0.02)


def test_north_turns_with_the_lattice() -> None:
    polar = ground_of(GridSpec("EPSG:3413", (100, 0, 1_000_000, 0, -100, 0), 64), 0, 0)  # 45 west points down
    turned = ground_of(GridSpec("EPSG:32632", (0, 10, 500_000, 10, 0, 5_000_000), 64), 0, 0)  # up is west
    assert polar is not None
    assert turned is not None
    assert abs(polar.north) == pytest.approx(90, abs=1)
    assert turned.north == pytest.approx(90, abs=0.1)


def test_the_antimeridian_is_crossed() -> None:
    ground = ground_of(GridSpec("EPSG:4326", (0.001, 0, 179.968, 0, -0.001, 10), 64), 0, 0)
    assert ground is not None
    assert ground.step_m == pytest.approx((109.6, 110.6), rel=0.01)


def test_image_coordinates_and_no_place_have_no_ground() -> None:
    assert ground_of(GridSpec(None, (1, 0, 0, 0, 1, 0), 64), 0, 0) is None
    assert ground_of(GridSpec("EPSG:32632", (10, 0, 1e12, 0, -10, 1e12), 64), 0, 0) is None
