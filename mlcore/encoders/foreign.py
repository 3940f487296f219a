"""Foreign: what adapters to published encoders share. They refuse, batch, and are told only what they may know."""

import copy
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mlcore.encoders.bands import why_unreadable
from mlcore.encoders.pixels import Size
from mlcore.encoders.protocol import VectorsOnly
from mlcore.encoders.published import fingerprint
from mlcore.encoders.series import NO_DATE_MONTH, Series, stacked
from mlcore.errors import BadFeatures, UnknownName
from mlcore.samples import Sample

KNOWLEDGE = ("place", "season", "weather")


class Foreign(VectorsOnly, ABC):
    """A published encoder. It reads imagery and terrain, and what else is known when it is asked to."""

    name: str
    dim: int
    version: ClassVar[str]  # changes when the same weights give other vectors
    pixels_a_batch: ClassVar[int]

    def __init__(self, network: nn.Module, sizes: object = None) -> None:
        """Take a built network, and those of its sizes that its weights don't tell."""
        self.network = network.eval().requires_grad_(False)
        self.knowledge: tuple[str, ...] = ()
        self._print = fingerprint(self.network) + repr(sizes).encode()

    @property
    def digest(self) -> str:
        """Return what identifies its vectors: code, weights and what it is told."""
        told = f"{self.version} {' '.join(sorted(self.knowledge))} ".encode()
        return hashlib.sha256(told + self._print).hexdigest()

    def with_knowledge(self, *kinds: str) -> Self:
        """Return one that is also told the place, the season (the month of each step) or the weather of samples.

        Raises:
            UnknownName: no such kind; the message lists those there are.
        """
        for kind in kinds:
            if kind not in KNOWLEDGE:
                raise UnknownName(f"knowledge of {self.name}", kind, KNOWLEDGE)
        clone = copy.copy(self)
        clone.name = "+".join([self.name.partition("+")[0], *kinds])
        clone.knowledge = tuple(kind for kind in KNOWLEDGE if kind in kinds)
        return clone

    def cannot_read(self, sample: Sample) -> str:
        """Say why a sample can't be read, or return '': a chip must have VV and VH or bands like Sentinel-2's."""
        if not sample.chips:
            return f"{self.name} needs imagery; this sample has none"
        reasons = [why_unreadable(chip) for chip in sample.chips]
        return "" if "" in reasons else f"{self.name} can't read it: {'; '.join(dict.fromkeys(reasons))}"

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim].

        Raises:
            BadFeatures: a sample can't be read.
        """
        vectors = np.zeros((len(samples), self.dim), np.float32)
        with torch.no_grad():
            for rows, series in self.read(samples, self.raster):
                vectors[rows] = self.vectors(series).numpy()
        return vectors

    def read(self, samples: Sequence[Sample], raster: Callable[[Size], Size]) -> Iterator[tuple[list[int], Series]]:
        """Yield samples of one layout together, as rows and what it is told of them, on the raster of their size.

        Raises:
            BadFeatures: a sample can't be read.
        """
        for row, sample in enumerate(samples):
            if reason := self.cannot_read(sample):
                raise BadFeatures(f"Sample {row}: {reason}.")
        for rows, series in stacked([self._told(sample) for sample in samples], raster, self.pixels_a_batch):
            known = "season" in self.knowledge
            months = series.months if known else torch.full_like(series.months, NO_DATE_MONTH)
            yield rows, replace(series, months=months)

    def _told(self, sample: Sample) -> Sample:
        place = sample.place if "place" in self.knowledge else None
        return replace(sample, place=place, weather=sample.weather if "weather" in self.knowledge else None)

    @abstractmethod
    def raster(self, size: Size) -> Size:
        """Return the raster that a tile of some size is averaged to."""

    @abstractmethod
    def vectors(self, series: Series) -> Tensor:
        """Return one vector for each of the stacked samples, [B, dim]."""
