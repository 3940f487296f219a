"""Class-index GeoTIFFs, read back with rasterio."""

import zipfile

import numpy as np
import pytest
import rasterio

from annotation.exports import make
from tests import factories
from tests.rasters import UTM, UTM_ORIGIN

pytestmark = pytest.mark.django_db


def read(project, folder):
    make(project, "masks", folder / "out.zip")
    with zipfile.ZipFile(folder / "out.zip") as archive:
        archive.extractall(folder / "out")
    return sorted((folder / "out" / "masks").iterdir())


def test_it_works(segmented, painted, tmp_path):
    (path,) = read(segmented, tmp_path)
    with rasterio.open(path) as mask:
        assert np.array_equal(mask.read(1), painted)
        assert mask.crs == rasterio.CRS.from_string(UTM)
        assert mask.transform == UTM_ORIGIN @ rasterio.Affine.translation(64, 32)
        assert mask.nodata == 0
        assert mask.colormap(1)[1] == (0x00, 0x72, 0xB2, 255)
        assert mask.tags(1)["CLASS_2"] == "Forest"


def test_a_classified_scene_is_one_raster_with_a_pixel_a_tile(project, samples, bob, tmp_path):
    factories.label(samples[0], bob, 1)
    last = project.samples.get(tile__column=3, tile__row=2)
    factories.label(last, bob, 3)
    (path,) = read(project, tmp_path)
    with rasterio.open(path) as mask:
        assert mask.shape == (3, 4)
        assert mask.transform == UTM_ORIGIN @ rasterio.Affine.scale(32)
        classes = mask.read(1)
    assert (classes[0, 0], classes[2, 3], np.count_nonzero(classes)) == (1, 3, 2)


def test_merged_classes_are_painted_as_the_other(segmented, painted, tmp_path):
    from annotation.projects import merge_class

    merge_class(segmented, 2, 3)
    (path,) = read(segmented, tmp_path)
    with rasterio.open(path) as mask:
        assert np.array_equal(mask.read(1), np.where(painted == 2, 3, painted))
