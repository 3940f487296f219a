"""Catalogues: STAC read by pystac, Croissant read by mlcroissant, without the network."""

import json

import mlcroissant
import numpy as np
import pystac
import pytest
import rasterio
from pystac.extensions.label import LabelExtension

from annotation.models import Annotation
from tests import factories
from tests.amounts import amount_project, say
from tests.annotation.exports.reading import unpacked

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled(project, samples, scene, bob):
    """Return the project with three labels, one of them an audit."""
    factories.label(samples[0], bob, 1, seconds=2.5)
    factories.label(samples[5], bob, 2)
    factories.make_audit(samples[6])
    factories.label(samples[6], bob, 3)
    return project


def items_of(catalogue):
    """Return the items of a catalogue that are valid by the core schemas which pystac carries."""
    items = list(catalogue.get_items(recursive=True))
    for item in items:
        item.stac_extensions, kept = [], item.stac_extensions  # their schemas lie in the network
        item.validate()
        item.stac_extensions = kept
    return items


def test_it_works(labelled, tmp_path):
    made = unpacked(labelled, "stac", tmp_path, splits=True)
    catalogue = pystac.Catalog.from_file(made / "catalog.json")
    catalogue.validate()
    (collection,) = catalogue.get_children()
    assert collection.validate() is not None
    west, south, east, north = collection.extent.spatial.bboxes[0]
    assert west == pytest.approx(9.0, abs=1e-4) and north == pytest.approx(45.1535, abs=1e-4)
    items = items_of(catalogue)
    assert [item.id for item in items] == ["scene-c0-r0", "scene-c1-r1", "scene-c2-r1"]
    label = LabelExtension.ext(items[0])
    assert (label.label_tasks, label.label_type.value, label.label_methods) == (
        ["classification"],
        "vector",
        ["manual"],
    )
    assert label.label_classes[0].classes == ["Open water", "Forest", "Bare rock"]
    assert {item.properties.get("ml-aoi:split") for item in items} <= {"train", "validate", "test", None}
    asset = items[0].assets["labels"]
    assert asset.extra_fields["classification:classes"][0]["name"] == "Open-water"
    features = json.loads((made / "labels" / "scene-c0-r0" / asset.href).read_text())["features"]
    assert features[0]["properties"]["name"] == "Open water"


def test_labels_that_a_model_proposed_link_to_its_version(labelled, samples, bob, tmp_path):
    from pystac.extensions.mlm import MLMExtension

    version = factories.make_model_version(labelled, encoder_name="nano")
    Annotation.objects.filter(sample=samples[0]).update(provenance="model_accepted", model_version=version)
    catalogue = pystac.Catalog.from_file(unpacked(labelled, "stac", tmp_path) / "catalog.json")
    items = {item.id: item for item in items_of(catalogue)}
    model = items[f"version-{version.number}"]
    told = MLMExtension.ext(model)
    assert (told.mlm_name, told.architecture) == (f"Lakes, version {version.number}", "nano")
    assert list(told.tasks) == ["classification"]
    assert told.input[0].input.shape == [-1, 3, 32, 32] and len(told.input[0].bands) == 3
    assert [each.name for each in told.output[0].classes] == ["Open water", "Forest", "Bare rock"]
    (link,) = items["scene-c0-r0"].get_links("derived_from")
    assert link.resolve_stac_object().target.id == model.id
    assert not items["scene-c1-r1"].get_links("derived_from")


def test_painted_tiles_are_rasters_beside_their_items(segmented, painted, tmp_path):
    made = unpacked(segmented, "stac", tmp_path)
    (item,) = items_of(pystac.Catalog.from_file(made / "catalog.json"))
    assert item.properties["label:tasks"] == ["segmentation"]
    with rasterio.open(item.assets["labels"].get_absolute_href()) as mask:
        assert np.array_equal(mask.read(1), painted)


def test_amounts_are_catalogued_as_regression(alice, tmp_path):
    project = amount_project(alice)
    factories.make_scene(project, tmp_path)
    say(project.samples.first(), alice, 12.5)
    made = unpacked(project, "stac", tmp_path)
    (item,) = items_of(pystac.Catalog.from_file(made / "catalog.json"))
    assert item.properties["label:tasks"] == ["regression"]


def test_a_croissant_is_loaded_by_its_own_reader(labelled, samples, tmp_path):
    made = unpacked(labelled, "croissant", tmp_path)
    dataset = mlcroissant.Dataset(jsonld=made / "croissant.json")
    assert not dataset.metadata.issues.errors
    rows = list(dataset.records("samples"))
    assert len(rows) == 12
    first = rows[0]
    assert (first["samples/name"], first["samples/author"], first["samples/status"]) == (
        b"Open water",
        b"bob",
        b"labelled",
    )
    told = json.loads((made / "croissant.json").read_text())
    assert "http://mlcommons.org/croissant/geo/1.0" in told["conformsTo"]
    assert told["geocr:coordinateReferenceSystem"] == "EPSG:32632"
    assert told["geocr:spatialResolution"] == {"@type": "QuantitativeValue", "value": 10, "unitText": "metre"}
    assert told["geocr:bandConfiguration"]["geocr:totalBands"] == 3
    assert "1 were drawn at random" in told["geocr:samplingStrategy"]


def test_a_croissant_of_masks_names_their_files(segmented, tmp_path):
    made = unpacked(segmented, "croissant", tmp_path)
    dataset = mlcroissant.Dataset(jsonld=made / "croissant.json")
    assert not dataset.metadata.issues.errors
    assert (made / "masks" / "shores-c2-r1.tif").is_file()
    assert {each.id for each in dataset.metadata.distribution} == {"samples.csv", "masks"}
