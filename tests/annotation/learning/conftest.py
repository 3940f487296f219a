"""Parts of an embedding, small and counted."""

import pytest

from annotation.learning import filling, together
from annotation.learning.filling import made_of
from tests.annotation.learning.parts import Made


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Return the count of rows that go through an encoder, in parts of ten tiles."""
    count = Made()

    def embed(project, encoder, vectors, batch):
        count.before()
        count.update(row for row, _ in batch)
        return made_of(project, encoder, vectors, batch)

    monkeypatch.setattr(filling, "made_of", embed)
    monkeypatch.setattr(together, "made_of", embed)
    monkeypatch.setattr(together, "PART_TILES", 10)
    monkeypatch.setattr(together, "BATCH_SAMPLES", 10)
    monkeypatch.setattr(together, "PAUSE_SECONDS", 0.01)
    return count
