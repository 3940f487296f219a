"""Dataset: labelled samples for torch, whose chips and labels are fetched when they are asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

UNSAID = -1  # of pixels that nobody spoke of: ignore_index of a loss


class Source(Protocol):
    """What labels and chips come from: a Project."""

    def annotations(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Yield what people said."""

    def classes(self) -> list[dict[str, Any]]:
        """Return the classes."""

    def chip(self, sample: int, scene: int | None = None) -> NDArray[np.generic]:
        """Return pixels."""

    def mask(self, annotation: dict[str, Any]) -> NDArray[np.uint8]:
        """Return class codes."""


class Chips(Dataset[dict[str, Any]]):
    """Samples as {"sample", "image"} and what their label says: "label", "mask", or "value".

    `image` is float32 [bands, rows, columns] in the stored numbers of the newest scene, or of `scene`. Labels are
    indices from 0 in the order of `codes`. With a folder, each chip is fetched once.
    """

    def __init__(
        self, project: Source, *, scene: int | None = None, folder: str | Path | None = None,
        transform: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        """List what counts as labels now; what is said later needs a new one."""
        self.project, self.scene, self.transform = project, scene, transform
        self.folder = Path(folder) if folder else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
        rows = project.annotations(counts=True, verdict="label")
        self.rows = sorted(rows, key=lambda row: row["sample"])
        self.codes = [row["code"] for row in project.classes()]
        self.indices = {code: index for index, code in enumerate(self.codes)}

    def __len__(self) -> int:
        """Return how many samples are labelled."""
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return a sample."""
        row = self.rows[index]
        item = {"sample": row["sample"], "image": torch.from_numpy(self._pixels(row["sample"])), **self._said(row)}
        return self.transform(item) if self.transform else item

    def _pixels(self, sample: int) -> NDArray[np.float32]:
        path = self.folder / f"{sample}-{self.scene or 'newest'}.npy" if self.folder else None
        if path and path.exists():
            kept: NDArray[np.float32] = np.load(path)
            return kept
        pixels = self.project.chip(sample, self.scene).astype(np.float32)
        if path:
            np.save(path, pixels)
        return pixels

    def _said(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["mask_url"]:
            codes = self.project.mask(row)
            mask = np.full(codes.shape, UNSAID, np.int64)
            for code, index in self.indices.items():
                mask[codes == code] = index
            return {"mask": torch.from_numpy(mask)}
        if row["label"] is not None:
            return {"label": torch.tensor(self.indices.get(row["label"], UNSAID))}
        return {"value": row["value"]}
