"""Class masks: GeoTIFFs that keep their place, and PNGs that travel to the browser and back."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mlcore.errors import BadMask
from mlcore.raster.info import inspect
from mlcore.raster.write import decode_mask_png, encode_mask_png, is_plain_png, write_mask
from tests.rasters import UTM, UTM_ORIGIN

COLOURS = {1: (10, 20, 30), 2: (200, 100, 0)}
NAMES = {1: "water", 2: "salt pond"}


def _png(array: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_it_works(tmp_path: Path, dtype: str) -> None:
    classes = (np.indices((700, 600)).sum(axis=0) // 100 % 3).astype(dtype)
    path = tmp_path / "mask.tif"
    write_mask(path, classes, UTM_ORIGIN, UTM, colours=COLOURS, names=NAMES)
    with rasterio.open(path) as dataset:
        np.testing.assert_array_equal(dataset.read(1), classes)
        assert (dataset.transform, dataset.crs.to_string(), dataset.nodata) == (UTM_ORIGIN, UTM, 0)
        assert dataset.colormap(1)[2] == (200, 100, 0, 255)
        assert dataset.tags(1)["CLASS_2"] == "salt pond"
        assert set(np.unique(dataset.read(1, out_shape=(350, 300)))) == {0, 1, 2}
    assert inspect(path).is_cog
    assert os.listdir(tmp_path) == ["mask.tif"]


def test_a_mask_in_image_coordinates_has_no_place(tmp_path: Path) -> None:
    path = tmp_path / "mask.tif"
    write_mask(path, np.ones((8, 8), np.uint8), UTM_ORIGIN, None, colours=COLOURS, names=NAMES)
    assert inspect(path).crs is None


def test_other_arrays_are_refused(tmp_path: Path) -> None:
    for array in (np.ones((8, 8), np.float32), np.ones((1, 8, 8), np.uint8)):
        with pytest.raises(BadMask, match="uint8 or uint16"):
            write_mask(tmp_path / "a.tif", array, UTM_ORIGIN, UTM, colours={}, names={})


def test_a_png_comes_back_the_same() -> None:
    classes = np.arange(64 * 48).reshape(64, 48).astype(np.uint8)
    np.testing.assert_array_equal(decode_mask_png(encode_mask_png(classes), size=(64, 48)), classes)


def test_only_a_png_of_nothing_but_pixels_is_plain() -> None:
    classes = np.arange(64).reshape(8, 8).astype(np.uint8)
    plain = encode_mask_png(classes)
    remarks = PngInfo()
    remarks.add_text("Comment", "of a stranger")
    remarked = io.BytesIO()
    Image.fromarray(classes).save(remarked, "PNG", pnginfo=remarks)
    interlaced = plain[:28] + b"\x01" + plain[29:]
    others = [b"", plain[:-1], plain + b"PK", remarked.getvalue(), interlaced, plain[:33]]
    assert [is_plain_png(data) for data in (plain, *others)] == [True] + [False] * len(others)


def test_codes_beyond_a_byte_do_not_fit_a_png() -> None:
    with pytest.raises(BadMask, match="found 300"):
        encode_mask_png(np.full((2, 2), 300, np.uint16))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" + bytes(50), "not a PNG"),
        (_png(np.zeros((9, 8), np.uint8)), "8 x 9 px, the tile has 8 x 8"),
        (_png(np.zeros((8, 8, 3), np.uint8)), "8-bit greyscale"),
        (_png(np.zeros((8, 8, 4), np.uint8)), "8-bit greyscale"),
        (_png(np.zeros((8, 8), np.uint16)), "8-bit greyscale"),
        (_png(np.zeros((8, 8), bool)), "8-bit greyscale"),
        (_png(np.zeros((8, 8), np.uint8))[:45], "damaged"),
        (_png(np.zeros((8, 8), np.uint8)) + bytes(100_000), "bytes for 8 x 8 px"),
    ],
)
def test_other_images_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadMask, match=message):
        decode_mask_png(data, size=(8, 8))


def test_a_bomb_is_refused_by_its_header() -> None:
    bomb = bytearray(encode_mask_png(np.zeros((8, 8), np.uint8)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(BadMask, match="60000 x 60000 px"):
        decode_mask_png(bytes(bomb), size=(8, 8))


def test_the_mask_of_a_tile_is_cloud_optimised_too(tmp_path: Path) -> None:
    classes = (np.indices((64, 64)).sum(axis=0) // 20 % 3).astype(np.uint8)
    path = tmp_path / "mask.tif"
    write_mask(path, classes, UTM_ORIGIN, UTM, colours=COLOURS, names=NAMES)
    first = path.read_bytes()
    write_mask(path, classes, UTM_ORIGIN, UTM, colours=COLOURS, names=NAMES)
    assert (path.read_bytes(), os.listdir(tmp_path)) == (first, ["mask.tif"])
    assert inspect(path).is_cog
    with rasterio.open(path) as dataset:
        np.testing.assert_array_equal(dataset.read(1), classes)
        assert (dataset.colormap(1)[2], dataset.tags(1)["CLASS_2"]) == ((200, 100, 0, 255), "salt pond")
