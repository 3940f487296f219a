"""MATLAB cubes of versions 5 and 7.3: which axis is which, real files, and what is never read."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
from scipy.io import loadmat, savemat

from mlcore.containers import Bundle, container_of, get_container
from mlcore.errors import FileTooLarge, MLCoreError, UnreadableFile
from tests.rasters import real_file

CUBES = get_container("matlab")


def unfold(path: Path, folder: Path) -> dict:
    target = folder / "out"
    target.mkdir(exist_ok=True)
    bundle = Bundle(path.name, {path.name: path})
    assert CUBES.peek(bundle)
    layers = CUBES.unfold(bundle, target, progress=lambda share: None)
    return {layer.part: (rasterio.open(target / layer.file), layer) for layer in layers}


def write_73(path: Path, **arrays: np.ndarray) -> Path:
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in arrays.items():
            file[name] = values.T
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM")
    return path


def test_it_works(tmp_path: Path) -> None:
    cube = np.arange(10 * 12 * 30, dtype=np.uint16).reshape(10, 12, 30)
    savemat(tmp_path / "a.mat", {"cube": cube, "wavelength": np.linspace(400, 990, 30), "note": "words"})
    assert container_of(tmp_path / "a.mat", "a.mat") == "matlab"
    ((raster, layer),) = unfold(tmp_path / "a.mat", tmp_path).values()
    np.testing.assert_array_equal(raster.read(), cube.transpose(2, 0, 1))
    assert raster.tags(1)["wavelength"] == "400"
    assert "The third of its axes (10 x 12 x 30) is taken for bands." in layer.remarks


def test_version_73_shows_the_same(tmp_path: Path) -> None:
    cube = np.arange(10 * 12 * 30, dtype=np.uint16).reshape(10, 12, 30)
    write_73(tmp_path / "a.mat", cube=cube)
    assert container_of(tmp_path / "a.mat", "a.mat") == "matlab"
    ((raster, _),) = unfold(tmp_path / "a.mat", tmp_path).values()
    np.testing.assert_array_equal(raster.read(), cube.transpose(2, 0, 1))


@pytest.mark.parametrize(
    ("shape", "bands"),
    [((145, 145, 200), 200), ((61, 34, 103), 103), ((200, 145, 145), 200), ((3, 64, 80), 3), ((64, 64, 64), 64)],
)
def test_the_axis_of_bands_is_told_from_the_others(tmp_path: Path, shape: tuple, bands: int) -> None:
    savemat(tmp_path / "a.mat", {"cube": np.zeros(shape, np.uint8)})
    ((raster, _),) = unfold(tmp_path / "a.mat", tmp_path).values()
    assert raster.count == bands


def test_houston_is_a_cube_and_a_picture(tmp_path: Path) -> None:
    path = real_file("houston2018_hsi_rgb/houston_dataset.mat")
    layers = unfold(path, tmp_path)
    assert {part: raster.shape for part, (raster, _) in layers.items()} == {"hyprImg": (128, 128), "rgbImg": (512, 512)}
    np.testing.assert_array_equal(layers["hyprImg"][0].read(), loadmat(path)["hyprImg"].transpose(2, 0, 1))
    assert "since they are no cube: clasLabs." in layers["hyprImg"][1].remarks[-1]


def test_jasper_ridge_counts_down_the_columns(tmp_path: Path) -> None:
    path = real_file("jasper_ridge/jasperRidge2_R198.mat")
    ((raster, layer),) = unfold(path, tmp_path).values()
    right = loadmat(path)["Y"].reshape(198, 100, 100, order="F")
    np.testing.assert_array_equal(raster.read(), right)
    assert "counted down the columns" in layer.remarks[0]


def test_objects_and_cells_are_never_read(tmp_path: Path) -> None:
    cell = np.full((20, 20), 1, object)
    savemat(tmp_path / "a.mat", {"cell": cell, "struct": {"a": 1}, "text": "words"})
    with pytest.raises(UnreadableFile, match="holds no cube of numbers.*cell"):
        unfold(tmp_path / "a.mat", tmp_path)


def test_complex_numbers_say_what_to_export(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"slc": np.ones((20, 30, 5), complex)})
    with pytest.raises(UnreadableFile, match="export its magnitude"):
        unfold(tmp_path / "a.mat", tmp_path)


def test_half_a_file_and_a_forged_size_are_refused(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"cube": np.random.default_rng(0).integers(0, 9, (40, 50, 6)).astype(np.uint8)})
    whole = (tmp_path / "a.mat").read_bytes()
    for share in (0.05, 0.5, 0.95):
        (tmp_path / "b.mat").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(MLCoreError):
            unfold(tmp_path / "b.mat", tmp_path)
    at = whole.index((40).to_bytes(4, "little") + (50).to_bytes(4, "little"))
    (tmp_path / "b.mat").write_bytes(whole[:at] + (2**30).to_bytes(4, "little") + whole[at + 4 :])
    with pytest.raises(FileTooLarge, match="more than 1 GB"):
        unfold(tmp_path / "b.mat", tmp_path)
