"""What the tests of ingest share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from annotation import ingest
from annotation.ingest import FileResult, Wishes
from annotation.models import Project


@pytest.fixture
def take(project: Project) -> Callable[..., list[FileResult]]:
    """Return a function that ingests paths now, into the cast's project unless told."""

    def ingest_now(*paths: Path, into: Project = project, **wishes: object) -> list[FileResult]:
        return list(ingest.ingest_files(into, paths, Wishes(**wishes), report=lambda *_: None))  # type: ignore[arg-type]

    return ingest_now
