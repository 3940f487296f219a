"""A segmented project for the formats."""

import numpy as np
import pytest

from annotation.labeling import Answer, submit
from annotation.models.projects import Role
from annotation.tasks.masks import wrapped
from tests import factories


@pytest.fixture
def painted():
    """Return a partly labelled mask: class 1 on the left, class 2 in a ring with a hole, the rest unlabelled."""
    mask = np.zeros((32, 32), np.uint8)
    mask[:, :8] = 1
    mask[10:20, 12:24] = 2
    mask[13:16, 15:18] = 0
    return mask


@pytest.fixture
def segmented(alice, bob, tmp_path, painted):
    """Return a segmentation project with one painted tile, at column 2 and row 1 of a UTM grid of 10 m pixels."""
    project = factories.make_project(alice, name="Shores", task="masks")
    factories.join(project, bob, Role.ANNOTATOR)
    factories.make_scene(project, tmp_path, name="shores")
    sample = project.samples.get(tile__column=2, tile__row=1)
    submit(sample, bob, Answer(value=wrapped(painted)))
    return project
