"""Exports of older releases are read as they were written."""

import json
from pathlib import Path

import pytest

from mlcore.labelsets import Wishes, read_labels

RELEASE = Path(__file__).resolve().parents[2] / "migrations" / "release_0007" / "exports"


@pytest.mark.parametrize("path", sorted(RELEASE.rglob("*.zip")), ids=lambda path: path.stem)
def test_it_works(path, tmp_path):
    told = read_labels(path, tmp_path / "items", Wishes(name=path.name), progress=lambda share: None)
    items = [json.loads(line) for line in (tmp_path / "items").read_text().splitlines()]
    assert told["format"] == "own"
    assert items
    assert [item["fault"] for item in items if "fault" in item] == []
    assert all(item["source"]["author"] for item in items)
