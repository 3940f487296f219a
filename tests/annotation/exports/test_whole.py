"""The whole project: masks of all versions of all people, under their content's hash."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from annotation.labeling import Answer, submit
from annotation.tasks.masks import wrapped
from tests.annotation.exports.reading import exported, records

pytestmark = pytest.mark.django_db


def test_it_works(segmented, painted, bob, tmp_path):
    sample = segmented.samples.get(tile__column=2, tile__row=1)
    submit(sample, bob, Answer(value=wrapped(painted.T)))
    files = exported(segmented, "project", tmp_path)
    (record,) = [record for record in records(files) if record["status"] == "labelled"]
    masks = [said["mask"] for said in record["history"]]
    assert len(set(masks)) == 2 and record["mask"] == masks[-1]
    for sha256, wanted in zip(masks, (painted, painted.T), strict=True):
        pixels = np.array(Image.open(io.BytesIO(files[f"labels/{sha256}.png"])))
        assert np.array_equal(pixels, wanted)
        assert hashlib.sha256(b"32 32 " + pixels.tobytes()).hexdigest() == sha256


def test_a_project_of_classes_needs_no_files_beside_its_records(project, samples, tmp_path):
    assert not [name for name in exported(project, "project", tmp_path) if name.startswith("labels/")]
