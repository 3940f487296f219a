"""Embeddings: GeoParquet with a vector a row and the fields of the Geoembeddings convention, version 1."""

import json

import geopandas
import numpy as np
import pytest
from pyarrow import parquet

from annotation.arrays.vectors import Vectors
from annotation.errors import NotReady
from annotation.exports import formats_of, make
from annotation.models import Round
from tests import factories
from tests.annotation.exports.reading import unpacked

pytestmark = pytest.mark.django_db
DIGEST = "ab" * 32


@pytest.fixture
def embedded(project, samples, bob):
    """Return the project with a label, and vectors of all samples but the last."""
    factories.label(samples[0], bob, 2)
    vectors = np.random.default_rng(1).normal(100, 25, (len(samples) - 1, 6)).astype(np.float32)
    Vectors(project, DIGEST).write([sample.index for sample in samples[:-1]], vectors)
    return project, vectors


def test_it_works(embedded, tmp_path):
    project, vectors = embedded
    made = unpacked(project, "embeddings", tmp_path)
    frame = geopandas.read_parquet(made / "embeddings.parquet")
    assert len(frame) == 11 and frame.crs.equals("EPSG:4326", ignore_axis_order=True) and frame.is_valid.all()
    assert np.abs(np.stack(frame["embedding"]) - vectors).max() < 0.1  # of numbers around 100, at half precision
    assert (frame["name"][0], frame["status"][1]) == ("Forest", "unlabelled")
    schema = parquet.read_schema(made / "embeddings.parquet").field("embedding").type
    assert (schema.list_size, str(schema.value_type)) == (6, "float")


def test_the_footer_and_the_file_beside_it_tell_of_the_encoder(embedded, tmp_path):
    project, _ = embedded
    factories.make_model_version(project, encoder=DIGEST, encoder_name="nano")
    made = unpacked(project, "embeddings", tmp_path)
    told = json.loads((made / "embeddings.json").read_text())
    (scene,) = project.scenes.all()
    assert told["geoemb:type"] == "chip" and told["geoemb:dimensions"] == 6 and told["geoemb:data_type"] == "float32"
    assert told["geoemb:model"] == f"urn:sha256:{DIGEST}" and told["terrascribe:encoder"] == "nano"
    assert told["geoemb:source_data"] == [f"urn:sha256:{scene.asset.sha256}"]
    assert told["geoemb:gsd"] == pytest.approx(10, rel=0.01)
    assert told["geoemb:chip_layout"] == {"layout_type": "regular_grid", "chip_size": [32, 32], "stride": [32, 32]}
    assert told["zarr_conventions"][0]["spec_url"].endswith("/v1/README.md")
    footer = parquet.read_metadata(made / "embeddings.parquet").metadata
    assert {name: footer[name.encode()].decode() for name in ("geoemb:type", "geoemb:dimensions")} == {
        "geoemb:type": "chip",
        "geoemb:dimensions": "6",
    }
    assert json.loads(footer[b"geo"])["version"] == "1.1.0"


def test_those_of_the_newest_round_are_taken(embedded, tmp_path):
    project, _ = embedded
    Vectors(project, "cd" * 32).write([sample.index for sample in project.samples.all()], np.ones((12, 3), np.float32))
    newest = factories.make_round(project, list(project.samples.all()))
    Round.objects.filter(pk=newest.pk).update(encoder=DIGEST)
    assert "embeddings" in formats_of(project)
    told = json.loads((unpacked(project, "embeddings", tmp_path) / "embeddings.json").read_text())
    assert told["geoemb:dimensions"] == 6


def test_groups_of_rows_keep_it_small_and_two_exports_are_the_same(embedded, tmp_path, monkeypatch):
    project, vectors = embedded
    monkeypatch.setattr("annotation.exports.embeddings._ROWS", 4)
    sums = {make(project, "embeddings", tmp_path / f"{number}.zip")[1] for number in range(2)}
    assert len(sums) == 1
    path = unpacked(project, "embeddings", tmp_path) / "embeddings.parquet"
    assert parquet.ParquetFile(path).num_row_groups == 3
    assert len(geopandas.read_parquet(path)) == len(vectors)


def test_without_vectors_it_says_what_to_wait_for(project, samples, tmp_path):
    assert "embeddings" not in formats_of(project)
    with pytest.raises(NotReady, match="embedded"):
        make(project, "embeddings", tmp_path / "out.zip")
