"""ENVI cubes: any interleave and byte order, and headers that cannot be true."""

from pathlib import Path

import numpy as np
import pytest
import rasterio

from mlcore.containers import Bundle, get_container
from mlcore.errors import FileTooLarge, MLCoreError, UnreadableFile, UnsafeFile

CUBE = get_container("envi")
KINDS = {1: "u1", 2: "i2", 4: "f4", 5: "f8", 12: "u2"}


def write_cube(folder: Path, *, interleave: str = "bsq", kind: int = 12, order: int = 0, **more: str) -> Bundle:
    values = np.arange(3 * 4 * 5).reshape(3, 4, 5).astype(KINDS.get(kind, "u2"))
    axes = {"bsq": (0, 1, 2), "bil": (1, 0, 2), "bip": (1, 2, 0)}[interleave]
    stored = values.transpose(axes).astype(values.dtype.newbyteorder(">" if order else "<"))
    (folder / "data").write_bytes(stored.tobytes())
    told = {
        "samples": "5", "lines": "4", "bands": "3", "header offset": "0", "data type": str(kind),
        "interleave": interleave, "byte order": str(order),
    } | {name.replace("_", " "): text for name, text in more.items()}  # fmt: skip
    (folder / "head").write_text("ENVI\n" + "\n".join(f"{name} = {text}" for name, text in told.items()))
    return Bundle("cube.img", {"cube.img": folder / "data", "cube.hdr": folder / "head"})


def unfold(bundle: Bundle, folder: Path) -> tuple:
    target = folder / "out"
    target.mkdir()
    (layer,) = CUBE.unfold(bundle, target, progress=lambda share: None)
    return rasterio.open(target / layer.file), layer


@pytest.mark.parametrize("interleave", ["bsq", "bil", "bip"])
@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("order", [0, 1])
def test_it_works(tmp_path: Path, interleave: str, kind: int, order: int) -> None:
    bundle = write_cube(tmp_path, interleave=interleave, kind=kind, order=order)
    assert CUBE.peek(bundle) == "an ENVI cube of 5 x 4 px with 3 bands"
    dataset, _ = unfold(bundle, tmp_path)
    np.testing.assert_array_equal(dataset.read(), np.arange(60).reshape(3, 4, 5))


def test_what_a_header_declares_is_kept(tmp_path: Path) -> None:
    bundle = write_cube(
        tmp_path,
        wavelength="{0.4652, 0.5601, 0.665}",
        wavelength_units="Micrometers",
        fwhm="{0.01, 0.02, 0.03}",
        band_names="{a, b, c}",
        data_ignore_value="-9999",
        reflectance_scale_factor="10000",
        acquisition_time="2020-06-01T10:00:00Z",
        bbl="{1, 0, 1}",
        map_info="{UTM, 1, 1, 500000, 5500000, 10, 10, 33, North, WGS-84}",
        kind=4,
    )
    dataset, layer = unfold(bundle, tmp_path)
    assert dataset.descriptions == ("a", "b", "c")
    assert dataset.tags(1) == {"wavelength": "465.2", "wavelength_units": "nm", "fwhm": "10"}
    assert (dataset.nodata, dataset.scales[0], dataset.crs.to_epsg()) == (-9999, 1e-4, 32633)
    assert dataset.tags()["ACQUISITION_TIME"] == "2020-06-01T10:00:00Z"
    assert layer.remarks == ["Its header calls 1 bands bad (2); they are taken in all the same."]


@pytest.mark.parametrize(
    ("more", "error", "why"),
    [
        ({"lines": "400"}, UnreadableFile, "truncated"),
        ({"kind": 6}, UnreadableFile, "complex"),
        ({"data_type": "99"}, UnreadableFile, "type 99"),
        ({"lines": "0"}, UnreadableFile, "nothing in it"),
        ({"samples": "999999999"}, FileTooLarge, "Cut it"),
        ({"samples": "-5"}, UnreadableFile, "'samples' is '-5'"),
        ({"lines": "1e9"}, UnreadableFile, "not a whole number"),
        ({"file_compression": "1"}, UnsafeFile, "uncompressed"),
        (
            {"coordinate_system_string": '{PROJCS["x",EXTENSION["PROJ4","+nadgrids=/etc/passwd"]]}'},
            UnsafeFile,
            "refers",
        ),
    ],
)
def test_a_header_that_cannot_be_is_refused(tmp_path: Path, more: dict, error: type, why: str) -> None:
    bundle = write_cube(tmp_path, **more)
    with pytest.raises(error, match=why):
        CUBE.peek(bundle)
        CUBE.unfold(bundle, tmp_path, progress=lambda share: None)


def test_a_header_of_something_else_is_refused(tmp_path: Path) -> None:
    bundle = write_cube(tmp_path)
    (tmp_path / "head").write_bytes(b"\xff\xd8\xff" + bytes(100))
    with pytest.raises(MLCoreError, match="none of ENVI's"):
        CUBE.peek(bundle)
