"""Knowledge of the Earth as tokens: place, weather and texts; a token is absent where its sample knows nothing."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from mlcore.model.batches import POST_DIM, SampleBatch
from mlcore.model.context import PARTS, PLACE_DIM, WEATHER_DIM
from mlcore.model.network.tokens import PLACE, TEXT, WEATHER, Layout, Tokens

_SOURCES = (PLACE, WEATHER, TEXT)
_MOST_TEXT = 4


class Knowledge(nn.Module):
    """Turn place, weather series and texts into tokens."""

    def __init__(self, width: int) -> None:
        """Make untrained projections; those of the place are a small SIREN on harmonics (arXiv 2310.06743)."""
        super().__init__()
        self.place, self.place_out = nn.Linear(PLACE_DIM, width), nn.Linear(width, width)
        self.weather = nn.Sequential(nn.Linear(WEATHER_DIM, width), nn.GELU(), nn.Linear(width, width))
        self.text = nn.Linear(POST_DIM, width)
        self.source = nn.Embedding(len(_SOURCES), width)
        nn.init.normal_(self.source.weight, std=0.02)

    def forward(self, batch: SampleBatch, like: Tokens, kind: int) -> list[Tokens]:
        """Return one section for each kind that the batch has.

        Args:
            batch: what is known; the last number of each encoding says whether it is.
            like: a section of imagery, for the grid and whether there are targets.
            kind: the first number of a kind (`Layout.kind`) that is free.
        """
        none = torch.full((batch.place.shape[0], 1), torch.nan, device=batch.place.device)
        sections = []
        if _some(batch.place):
            content = self.place_out(torch.sin(self.place(batch.place)))[:, None]
            sections.append(self._section(PLACE, content, batch.place[:, None, -1] > 0, none, like, kind))
        if batch.weather is not None and batch.weather_days is not None:
            step = batch.weather[..., -1] > 0
            sections.append(
                self._section(WEATHER, self.weather(batch.weather), step, batch.weather_days, like, kind + 1)
            )
        if batch.text is not None:
            text = _few(batch.text)
            content, days = self.text(text), none.expand(-1, text.shape[1])
            sections.append(self._section(TEXT, content, text[..., -1] > 0, days, like, kind + 2))
        return sections

    def _section(self, source: int, content: Tensor, valid: Tensor, days: Tensor, like: Tokens, kind: int) -> Tokens:
        count, length = valid.shape
        steps, zeros = np.arange(length), np.zeros(length, np.int64)
        targets = like.targets
        return Tokens(
            content=content * valid[..., None],
            meaning=self.source.weight[_SOURCES.index(source)].expand(count, length, -1),
            valid=valid,
            positions=torch.cat([days.new_zeros(count, length, 2), days[..., None]], -1),
            layout=Layout(np.full(length, source), np.full(length, kind), steps, zeros, zeros),
            grid=like.grid,
            targets=None if targets is None else targets.new_zeros(count, length, targets.shape[-1]),
        )


def forgotten(batch: SampleBatch, share: float, generator: torch.Generator) -> SampleBatch:
    """Hide each kind of metadata, of each sample by itself, in a `share` of cases: its absence is then nothing new.

    Kinds are resolution, season and radar geometry of the chips, place, weather, and texts. The product level, which a
    sensor has and not a sample, is hidden from the whole batch or not at all.
    """

    def kept() -> Tensor:
        drawn = torch.rand(len(batch), generator=generator, device=generator.device)
        return (drawn >= share).float().to(batch.place.device)

    parts, levels = [kept() for _ in PARTS], bool(kept()[0])
    place, weather, text = kept(), kept(), kept()
    chips = []
    for chip in batch.chips:
        context = chip.context.clone()
        for part, keep in zip(PARTS, parts, strict=True):
            context[:, part] *= keep[:, None]
        sensor = chip.sensor if levels or chip.sensor.level is None else replace(chip.sensor, level=None)
        chips.append(replace(chip, context=context, sensor=sensor))
    return replace(
        batch,
        chips=tuple(chips),
        place=batch.place * place[:, None],
        weather=None if batch.weather is None else batch.weather * weather[:, None, None],
        text=None if batch.text is None else batch.text * text[:, None, None],
    )


def _some(flagged: Tensor) -> bool:
    """Return whether any row says that it is known; on meta and in an export nothing can be asked, so no."""
    return not flagged.is_meta and not torch.compiler.is_compiling() and bool((flagged[..., -1] > 0).any())


def _few(posts: Tensor) -> Tensor:
    """Return means over at most _MOST_TEXT runs of posts, [N, tokens, POST_DIM]; a run without a post is 0."""
    parts = torch.tensor_split(posts, min(_MOST_TEXT, posts.shape[1]), 1)
    sums = torch.stack([part.sum(1) for part in parts], 1)
    return sums / sums[..., -1:].clamp(min=1)
