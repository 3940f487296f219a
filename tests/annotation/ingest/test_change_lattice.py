"""The lattice can change until the first label."""

from pathlib import Path

import pytest
from affine import Affine

from annotation.chips import load_samples
from annotation.errors import BadSettings
from annotation.ingest.lattices import LatticeChange, change_lattice
from annotation.models import Project, Scene
from tests import factories
from tests.rasters import UTM_ORIGIN

pytestmark = pytest.mark.django_db


def test_it_works(project: Project, scene: Scene) -> None:
    grid = change_lattice(project.grids.get(), LatticeChange(resolution=20.0))
    assert (grid.spec().transform[0], grid.crs, grid.tile_px) == (20, "EPSG:32632", 32)
    scene.refresh_from_db()
    assert (scene.columns, scene.rows) == (2, 2)
    assert sorted(project.samples.values_list("index", flat=True)) == [0, 1, 2, 3]
    ((_, sample), *_) = load_samples(project, project.samples.all())
    assert sample.chips[0].bounds == (500_000, 4_999_360, 500_640, 5_000_000)
    assert sample.chips[0].mask.all()


def test_another_crs_and_size(project: Project, scene: Scene) -> None:
    change_lattice(project.grids.get(), LatticeChange(crs="EPSG:3857", resolution=10, tile_px=16))
    project.refresh_from_db()
    assert (project.tile_px, project.grids.get().crs) == (16, "EPSG:3857")
    states = list(project.samples.values_list("state", flat=True))
    assert 100 < len(states) < 130
    samples = [sample for _, sample in load_samples(project, project.samples.filter(state="open"))]
    assert all(sample.chips[0].mask.mean() > 0.4 for sample in samples)


def test_another_size_of_tiles_cuts_every_lattice(project: Project, scene: Scene, tmp_path: Path) -> None:
    far = UTM_ORIGIN * Affine.translation(0, 0)
    factories.make_scene(project, tmp_path, name="far", crs="EPSG:32640", transform=far, nodata=3)
    change_lattice(project.grids.first(), LatticeChange(tile_px=64))
    assert list(project.grids.values_list("tile_px", flat=True)) == [64, 64]
    assert project.samples.count() == 8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (LatticeChange(resolution=0), "above 0"),
        (LatticeChange(resolution=float("nan")), "above 0"),
        (LatticeChange(tile_px=4), "8 to 1024 px"),
        (LatticeChange(crs="EPSG:3857"), "Give the resolution, too"),
        (LatticeChange(crs="EPSG:999999", resolution=1), "no coordinate system of a map"),
        (LatticeChange(crs="EPSG:5773", resolution=1), "no coordinate system of a map"),  # heights
        (LatticeChange(crs="+proj=longlat +nadgrids=/etc/passwd", resolution=1), "no coordinate system of a map"),
        (LatticeChange(crs="EPSG:3031", resolution=10), "has no place on EPSG:3031"),
        (LatticeChange(resolution=1e-3), "too many tiles|no place"),
    ],
)
def test_what_cannot_be_a_lattice(project: Project, scene: Scene, change: LatticeChange, message: str) -> None:
    with pytest.raises(BadSettings, match=message):
        change_lattice(project.grids.get(), change)
    assert project.samples.count() == 12


def test_it_is_fixed_with_its_first_label(project: Project, scene: Scene, bob) -> None:
    factories.label(project.samples.first(), bob, 1)
    with pytest.raises(BadSettings, match="fixed with its first label"):
        change_lattice(project.grids.get(), LatticeChange(resolution=20.0))
    assert project.samples.count() == 12
