"""Whoever reads a scene reads it where its owner said that it lies: through the scene, not through its file."""

import re
from pathlib import Path

from annotation.models import Asset, Scene
from mlcore.raster.moved import moved
from mlcore.raster.opening import georeference, open_raster
from tests.rasters import ROOT, UTM_ORIGIN, ramp, write_raster

# What these read has no place on the ground, or is where the file itself says that it lies.
OF_THE_FILE = {
    *(f"annotation/ingest/{name}.py" for name in ("bringing", "changes", "restating", "shifting")),
    *(f"annotation/{name}.py" for name in ("publishing", "soundness", "told", "returns")),
    "annotation/exports/laz.py",  # clouds are not shifted
    "webapp/api/places.py",
}


def test_it_works(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(1, 8, 8))
    with open_raster(moved(path, [1.5, -0.5])) as dataset:
        _, affine = georeference(dataset)
        assert affine @ (0, 0) == UTM_ORIGIN @ (1.5, -0.5)
        assert dataset.read(1).shape == (8, 8)
    with open_raster(path) as dataset:  # the handle is shared, the place is not
        assert georeference(dataset)[1] == UTM_ORIGIN


def test_moved_alike_means_the_same_and_moved_otherwise_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    assert moved(path, None) is path
    assert moved(path, [1, 2]) == moved(path, (1.0, 2.0))
    assert len({path, moved(path, [1, 2]), moved(path, [1, 2]), moved(path, [1, 3])}) == 3
    assert moved(path, [1, 2]) != path


def test_a_scene_hands_its_shift_on(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    scene = Scene(asset=Asset(path="a.tif", size=1), shift=[1.3, -0.7])
    assert (scene.file, scene.windows) == (moved(tmp_path / "a.tif", [1.3, -0.7]),) * 2
    assert Scene(asset=Asset(path="a.tif", size=1)).file == tmp_path / "a.tif"


def test_nobody_reads_past_it() -> None:
    told = [
        path.relative_to(ROOT).as_posix()
        for room in ("annotation", "webapp")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\b\w+\.asset\.(file|windows)\b", path.read_text())
    ]
    assert set(told) - {"annotation/models/imagery.py"} <= OF_THE_FILE
