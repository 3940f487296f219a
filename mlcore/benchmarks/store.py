"""What was measured and embedded before: figures as JSON lines, vectors as arrays, both under what they depend on."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Record = dict[str, Any]  # a unit's fields, its scores, what it depends on, and what it cost


class Store:
    """A folder of results; several processes may add to it at once, and a killed one loses only its present unit."""

    def __init__(self, folder: Path) -> None:
        """Read what is there."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lines = folder / "results.jsonl"
        self._known: dict[str, Record] = {}
        self.reload()

    def reload(self) -> None:
        """Read what other processes have added; half a line of a killed process is passed over."""
        if not self._lines.is_file():
            return
        for line in self._lines.read_text().splitlines():
            try:
                record = json.loads(line)
                self._known[record["key"]] = record
            except (json.JSONDecodeError, KeyError):
                continue

    def get(self, key: str) -> Record | None:
        """Return a record, None if it was never measured."""
        return self._known.get(key)

    def add(self, key: str, record: Record) -> Record:
        """Keep a record: one write, so that lines of several processes don't mix."""
        kept = {"key": key, **record}
        line = ("\n" if self._is_cut() else "") + json.dumps(kept, sort_keys=True) + "\n"
        with self._lines.open("ab") as file:
            file.write(line.encode())
        self._known[key] = kept
        return kept

    def _is_cut(self) -> bool:
        if not self._lines.is_file() or not self._lines.stat().st_size:
            return False
        with self._lines.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"

    def array(self, key: str, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the array kept under a key, made and kept if it isn't there."""
        path = self.folder / "features" / f"{key}.npy"
        if path.is_file():
            kept: NDArray[np.float32] = np.load(path, allow_pickle=False)
            return kept
        made = make()
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            np.save(file, made)
        partial.replace(path)
        return made


def key_of(*parts: object) -> str:
    """Return a key for whatever a result depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]
