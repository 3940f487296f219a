"""`manage.py prune`: a rehearsal tells the figures, the real thing frees them."""

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from annotation.arrays.masks import mask_file, store_mask
from annotation.models import Project
from annotation.models.learning import ModelVersion, Suggestion
from tests.factories import make_model_version, suggest
from tests.pools import make_samples
from tests.pruned import grow_old


def test_it_works(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = make_model_version(project, state=ModelVersion.State.RETIRED)
    now = make_model_version(project)
    grow_old(before, now)
    mask = store_mask(np.ones((32, 32), np.uint8))
    grow_old(mask_file(mask))
    suggest(before, make_samples(project, 1)[0], 1, state=Suggestion.State.SUPERSEDED, mask=mask)
    call_command("prune", "Lakes", "--dry-run")
    told = capsys.readouterr().out
    assert "Lakes: superseded suggestions: 1 rows and 0 files (0.0 MB)" in told
    assert "Would free 1 rows and 1 files (0.0 MB)." in told
    assert Suggestion.objects.exists()
    call_command("prune")
    assert "Freed 1 rows and 1 files (0.0 MB)." in capsys.readouterr().out
    assert not Suggestion.objects.exists()
    assert not mask_file(mask).is_file()


def test_it_tells_its_policy(capsys: pytest.CaptureFixture[str], db: None) -> None:
    call_command("prune", "--policy")
    assert "masks that nothing refers to: a day" in capsys.readouterr().out


def test_a_project_that_is_not_there_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="Nowhere"):
        call_command("prune", "Nowhere")
