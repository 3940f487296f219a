"""Label Studio: configurations read, samples found, suggestions told, of every kind of label."""

import json

import numpy as np
import pytest
from affine import Affine

from annotation.arrays.masks import store_mask
from annotation.errors import BadSettings
from annotation.ingest import ingest_files
from annotation.ingest.arrivals import Wishes
from annotation.studio import Teller, find_samples, read_controls, version_name
from mlcore.labelsets.brush import brush_of, brush_pixels
from tests import factories
from tests.amounts import wet_project
from tests.rasters import ramp, write_raster

CHOICES = """<View><Image name="image" value="$picture"/>
<Choices name="quality" toName="image"><Choice value="Good"/><Choice value="Blurred"/></Choices>
<Choices name="cover" toName="image"><Choice value="forest" alias="woods"/><Choice value="Open water"/>
</Choices></View>"""
BRUSH = """<View><BrushLabels name="paint" toName="img"><Label value="Open water"/><Label value="Forest"/></BrushLabels>
<Image name="img" value="$image"/></View>"""
NUMBER = """<View><Image name="img" value="$image"/><Number name="amount" toName="img"/></View>"""
TAXONOMY = """<View><Image name="img" value="$image"/><Taxonomy name="cover" toName="img"><Choice value="Forest"/>
<Choice value="Open water"/></Taxonomy></View>"""


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (64, 64), (300, 700)])
def test_brushes_are_read_as_they_were_written(shape):
    chance = np.random.default_rng(1)
    for pixels in (np.zeros(shape, bool), np.ones(shape, bool), chance.random(shape) < 0.5):
        told = brush_of(pixels)
        assert max(told) < 256 and np.array_equal(brush_pixels(told, shape[1], shape[0]), pixels)


@pytest.mark.django_db
def test_it_works(project, samples):
    version = factories.make_model_version(project)
    said = factories.suggest(version, samples[3], 2, 0.8)
    (told,) = Teller(project, read_controls(CHOICES)).tell([samples[3]])
    assert told == {
        "model_version": f"terrascribe-{project.pk}-v1", "score": 0.8,
        "result": [{
            "id": f"s{said.pk}-1", "from_name": "cover", "to_name": "image", "type": "choices", "score": 0.8,
            "value": {"choices": ["woods"]},
        }],
    }  # fmt: skip


@pytest.mark.django_db
def test_what_has_no_suggestion_says_why(project, samples, bob):
    teller = Teller(project, read_controls(CHOICES))
    (told,) = teller.tell([samples[0]])
    assert told["result"] == [] and told["model_version"] == version_name(project) == f"terrascribe-{project.pk}-none"
    assert "No model version" in told["reason"]
    version = factories.make_model_version(project)
    for sample in samples[:2]:
        factories.suggest(version, sample, 2)
    factories.make_audit(samples[0])
    factories.label(samples[1], bob, 1)
    audit, labelled, unknown = teller.tell([samples[0], samples[1], None])
    assert all(each["result"] == [] and each["score"] == 0 for each in (audit, labelled, unknown))
    assert "waits as an audit" in audit["reason"] and "labelled" in labelled["reason"]
    assert "no such tile" in unknown["reason"]


@pytest.mark.django_db
def test_a_class_that_the_configuration_lacks_is_left_out_and_named(project, samples):
    version = factories.make_model_version(project)
    factories.suggest(version, samples[0], 3)
    teller = Teller(project, read_controls(CHOICES))
    assert teller.unknown == ["Bare rock"] and teller.lacking == ""
    (told,) = teller.tell([samples[0]])
    assert told["result"] == [] and told["score"] == 0.9


@pytest.mark.django_db
def test_tags_are_paths_of_a_taxonomy(alice, tmp_path):
    project = factories.make_project(alice, task="tags")
    factories.make_scene(project, tmp_path)
    sample = project.samples.first()
    version = factories.make_model_version(project)
    factories.suggest(version, sample, 1, value={"tags": [1, 2], "unsure": []})
    (told,) = Teller(project, read_controls(TAXONOMY)).tell([sample])
    assert told["result"][0]["type"] == "taxonomy"
    assert told["result"][0]["value"] == {"taxonomy": [["Open water"], ["Forest"]]}


@pytest.mark.django_db
def test_masks_are_brushes_one_a_class(alice, tmp_path):
    project = factories.make_project(alice, task="masks")
    factories.make_scene(project, tmp_path)
    sample = project.samples.first()
    version = factories.make_model_version(project)
    mask = np.ones((32, 32), np.uint8)
    mask[:, 20:] = 2
    mask[30:] = 0
    name = store_mask(mask)
    factories.suggest(version, sample, 1, mask=name, value={"mask": name, "pixels": {"1": 600, "2": 360}})
    teller = Teller(project, read_controls(BRUSH))
    (told,) = teller.tell([sample])
    water, forest = told["result"]
    assert water["type"] == "brushlabels" and water["from_name"] == "paint" and water["to_name"] == "img"
    assert water["value"]["brushlabels"] == ["Open water"] and water["value"]["format"] == "rle"
    assert (water["original_width"], water["original_height"], water["image_rotation"]) == (32, 32, 0)
    assert np.array_equal(brush_pixels(water["value"]["rle"], 32, 32), mask == 1)
    assert np.array_equal(brush_pixels(forest["value"]["rle"], 32, 32), mask == 2)
    assert Teller(project, read_controls(CHOICES)).lacking == "a control BrushLabels"
    json.dumps(told)


@pytest.mark.django_db
def test_amounts_are_numbers(alice, tmp_path):
    project = wet_project(alice, tmp_path)
    sample = project.samples.first()
    version = factories.make_model_version(project)
    version.suggestions.create(sample=sample, value={"amount": 12.5, "unit": "%"}, confidence=0.7)
    teller = Teller(project, read_controls(NUMBER))
    (told,) = teller.tell([sample])
    assert told["result"][0]["type"] == "number" and told["result"][0]["value"] == {"number": 12.5}
    assert Teller(project, read_controls(CHOICES)).lacking == "a control Number"


@pytest.mark.django_db
def test_tasks_are_found_by_number_by_address_and_by_name(project, samples, alice):
    other = factories.make_project(alice, name="Elsewhere")
    sample, cell = samples[5], samples[5].tile
    picture = f"scene-c{cell.column}-r{cell.row}.png"
    known = [
        {"sample": sample.pk},
        {"sample": str(sample.pk)},
        {"picture": f"https://label.example.org/projects/{project.pk}/samples/{sample.pk}/chip.png?size=256"},
        {"picture": f"/projects/{project.pk}/samples/{sample.pk}/chip.png"},
        {"picture": f"/data/upload/4/8c1d2e3f-{picture}"},
        {"picture": f"/data/local-files/?d=images/{picture}"},
        {"picture": f"s3://bucket/images/{picture}"},
        {"title": "no file", "picture": f"tile-{sample.index:07d}.png"},
    ]
    assert find_samples(project, known, "picture") == [sample] * len(known)
    strange = [
        {}, {"sample": 10**30}, {"sample": True}, {"sample": -1}, {"picture": None}, {"picture": "a" * 5000},
        {"picture": "\0"}, {"picture": "\ud800"},
        {"\ud800": []}, {"picture": f"/projects/{other.pk}/samples/{sample.pk}/chip.png"}, {"picture": "roof.png"},
        {"picture": "scene-c999-r0.png"}, {"picture": "scene-c1-r1-77.png"},
    ]  # fmt: skip
    assert find_samples(project, strange, "picture") == [None] * len(strange)
    assert find_samples(other, known, "picture") == [None] * len(known)


@pytest.mark.django_db
def test_chips_are_found_by_their_files_and_painted_in_their_pixels(alice, tmp_path):
    for number, name in enumerate(("train/forest/0001", "train/water/0001", "tall")):
        path = tmp_path / "chips" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        wide = 32 if name == "tall" else 64
        write_raster(path, ramp(3, 64, wide) // 2 + number, crs=None, transform=Affine.identity(), driver="PNG")
    project = factories.make_project(alice, task="masks")
    list(ingest_files(project, [tmp_path / "chips"], Wishes(), report=lambda *_: None))
    by_name = {sample.tile.name: sample for sample in project.samples.select_related("tile")}
    names = {
        "/data/upload/2/8c1d2e3f-tall.png": "tall", "s3://bucket/chips/tall.tif": "tall",
        "train/forest/0001.png": "train/forest/0001", "/data/local-files/?d=train/water/0001.png": "train/water/0001",
        "0001.png": None,  # two are called so
    }  # fmt: skip
    told = find_samples(project, [{"image": name} for name in names])
    assert told == [by_name[name] if name else None for name in names.values()]
    side = by_name["tall"].tile.grid.tile_px
    mask = np.zeros((side, side), np.uint8)
    mask[: side // 2, : side // 2] = 1
    name = store_mask(mask)
    factories.suggest(
        factories.make_model_version(project), by_name["tall"], 1, mask=name, value={"mask": name, "pixels": {"1": 9}}
    )
    (prediction,) = Teller(project, read_controls(BRUSH)).tell([by_name["tall"]])
    (water,) = prediction["result"]
    assert (water["original_width"], water["original_height"]) == (32, 64)
    painted = brush_pixels(water["value"]["rle"], 32, 64)
    assert painted[:32].all() and not painted[32:].any()


@pytest.mark.parametrize("config", ["", "<View>", '<!DOCTYPE a [<!ENTITY b "c">]><View/>', "<View/>" + " " * 200_001])
def test_what_is_no_configuration_is_refused(config):
    with pytest.raises(BadSettings):
        read_controls(config)
