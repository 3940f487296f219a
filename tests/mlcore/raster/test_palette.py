"""A raster with a colour table is shown in its colours, in every picture, also once it is converted."""

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image

from mlcore.raster.cog import to_cog
from mlcore.raster.grid import grid_for
from mlcore.raster.info import inspect
from mlcore.raster.instruments import instrument_of
from mlcore.raster.render import render_chip, render_overview
from mlcore.raster.web_map import render_tile
from tests.rasters import real_file, usual_style, write_raster

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    values = np.full((1, 64, 64), 3, np.uint8)
    values[:, :, 32:] = 7
    source = write_raster(tmp_path / "classes.tif", values, photometric="palette")
    with rasterio.open(source, "r+") as dataset:
        dataset.write_colormap(1, {3: (*RED, 255), 7: (*BLUE, 255)})
    to_cog(source, tmp_path / "cog.tif", inspect(source))
    return tmp_path / "cog.tif"


def ends(png: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the colours a quarter from the left and from the right."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    y = image.height // 2
    return image.getpixel((image.width // 4, y)), image.getpixel((3 * image.width // 4, y))


def test_it_works(path: Path) -> None:
    info = inspect(path)
    given = instrument_of(info)
    style = usual_style(path, given.sensor)
    assert ends(render_chip(path, grid_for(info, 64), 0, 0, style)) == (RED, BLUE)
    assert ends(render_overview(path, style, size=40)) == (RED, BLUE)
    assert given.sensor.code == "unknown-1" and "import it as labels" in given.remark


def test_the_map_has_the_colours_too(path: Path) -> None:
    info = inspect(path)
    png = render_tile(path, 15, 17203, 11768, usual_style(path, instrument_of(info).sensor))
    colours = {colour for _, colour in Image.open(io.BytesIO(png)).convert("RGBA").getcolors() if colour[3]}
    assert colours <= {(*RED, 255), (*BLUE, 255)} and colours


def test_the_field_case_is_red_and_blue() -> None:
    path = real_file("field_cases/palette.tif")
    style = usual_style(path, instrument_of(inspect(path)).sensor)
    left, right = ends(render_overview(path, style))
    assert left[0] > 150 > left[2] and right[2] > 150 > right[0]
