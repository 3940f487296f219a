"""/api/projects/{id}/samples/{id}/likeness/: what each pixel looks like, before and after the tile is embedded."""

import json
import struct

import numpy as np
import pytest

from annotation.arrays.vectors import Vectors
from annotation.models import AuditDraw, Scene
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(project, tmp_path):
    """Return a tile of a scene."""
    factories.make_scene(project, tmp_path)
    return project.samples.first()


def ask(api, user, sample):
    return api(user).get(f"/api/projects/{sample.project_id}/samples/{sample.pk}/likeness/")


def told(data: bytes) -> tuple[dict, np.ndarray, np.ndarray]:
    """Return the header, and the channels of bands and of features."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    count = int(np.prod(header["bands"]))
    values = np.frombuffer(data, np.uint8, offset=4 + length)
    return header, values[:count].reshape(header["bands"]), values[count:].reshape(header["features"])


def embed(sample, encoder="a"):
    """Rank the tile by an encoder whose map has three channels."""
    round_ = factories.make_round(sample.project, [sample])
    type(round_).objects.filter(pk=round_.pk).update(encoder=encoder)
    side = sample.tile.grid.tile_px // 2
    features = np.random.default_rng(0).normal(size=(3, side, side)).astype(np.float16)
    Vectors(sample.project, encoder).maps.write(sample.index, features)


def test_it_works(api, alice, sample):
    answer = ask(api, alice, sample)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    assert "private" in answer["Cache-Control"]
    header, bands, features = told(answer.content)
    side = sample.tile.grid.tile_px
    assert bands.shape[1:] == (side, side)
    assert bands.min() >= 1  # all is known
    assert header["band_spreads"][0] == 1
    assert features.size == 0  # nothing is embedded


def test_an_embedded_tile_has_the_encoders_features(api, alice, sample):
    embed(sample)
    _, _, features = told(ask(api, alice, sample).content)
    assert features.shape == (3, sample.tile.grid.tile_px // 2, sample.tile.grid.tile_px // 2)


def test_of_a_waiting_audit_the_bands_alone_are_told(api, alice, sample):
    embed(sample)
    factories.make_audit(sample)
    assert AuditDraw.objects.filter(sample=sample).exists()
    _, bands, features = told(ask(api, alice, sample).content)
    assert bands.size
    assert features.size == 0


def test_a_tile_that_no_scene_shows_is_told_in_words(api, alice, sample):
    Scene.objects.all().update(fault="The file is gone.")
    answer = ask(api, alice, sample)
    assert answer.status_code == 404
    assert "No scene shows a pixel of this tile" in answer.content.decode()


def test_it_is_announced_with_the_tile(api, alice, sample):
    shown = api(alice).get(f"/api/projects/{sample.project_id}/samples/{sample.pk}/").json()
    assert api(alice).get(shown["likeness_url"]).status_code == 200
