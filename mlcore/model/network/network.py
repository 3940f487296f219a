"""The network: tokens of a sample see each other and become one short vector, or a map of features."""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.network.blocks import Block, Rotation
from mlcore.model.network.cells import cell_side
from mlcore.model.network.config import Config
from mlcore.model.network.knowledge import Knowledge, forgotten
from mlcore.model.network.stacks import stacks
from mlcore.model.network.tokenizer import Tokenizer, in_months, reference_day
from mlcore.model.network.tokens import Tokens, joined


class Network(nn.Module):
    """Turn samples into tokens, and the tokens of a sample into one short vector."""

    gain: Tensor

    def __init__(self, config: Config) -> None:
        """Make an untrained network; `gain` is 0 until it is trained, so that an encoder is its statistics alone."""
        super().__init__()
        self.config = config
        self.checkpointing = False  # recompute blocks on the way back: less memory, a third more work
        self.register_buffer("gain", torch.zeros(()))
        self.tokenizer = Tokenizer(config)
        self.knowledge = Knowledge(config.width)
        self.registers = nn.Parameter(torch.randn(config.registers, config.width) * 0.02)
        self.rotation = Rotation(config.width // config.heads)
        self.blocks = nn.ModuleList(
            Block(config.width, config.heads, qk_norm=config.qk_norm) for _ in range(config.depth)
        )
        self.norm = nn.LayerNorm(config.width)
        self.vector = nn.Linear(2 * config.width, config.vector)

    @property
    def target_dim(self) -> int:
        """Return the length of a token's raw targets."""
        return self.tokenizer.target_dim

    def cell_px(self, chip: ChipBatch) -> int:
        """Return the side of a chip's cells in px."""
        height, width = chip.pixels.shape[-2:]
        return cell_side((height, width), self.config.cell_px)

    def set_basis(self, mean: Tensor, scale: Tensor, basis: Tensor) -> None:
        """Start from a spectral basis in closed form; raw targets stay on it whatever training does.

        Args:
            mean, scale: [SLOTS], taken out of the lattice's values and divided by.
            basis: [SLOTS, rank].
        """
        part = self.tokenizer
        with torch.no_grad():
            for own, given in ((part.basis_mean, mean), (part.basis_scale, scale), (part.basis, basis)):
                own.copy_(given)
            part.raw_basis.copy_(basis)

    def tokenize(
        self,
        batch: SampleBatch,
        *,
        around: bool = True,
        targets: bool = False,
        generator: torch.Generator | None = None,
    ) -> Tokens:
        """Return the tokens of samples with equal layouts.

        Args:
            batch: N samples.
            around: let a token's content tell of the cells around it; False where those could be hidden.
            targets: also return raw content to rebuild.
            generator: hides metadata at random (`Config.forget`); None hides nothing.
        """
        if generator is not None:
            batch = forgotten(batch, self.config.forget, generator)
        kinds = stacks(batch, self.config.cell_px)
        sections = [
            self.tokenizer(kind, kinds[0], number, around=around, targets=targets) for number, kind in enumerate(kinds)
        ]
        tokens = joined([*sections, *self.knowledge(batch, sections[0], len(kinds))])
        positions = in_months(tokens.positions, reference_day(batch))
        return replace(tokens, positions=positions)

    def encode(self, tokens: Tokens, visible: Tensor | None = None) -> Tensor:
        """Let the tokens of each sample see each other.

        Args:
            tokens: of N samples.
            visible: bool [N, T]; the others are left out, and cost nothing. None: all valid tokens.

        Returns:
            [N, T, width]; 0 where a token is not valid or was left out.
        """
        states = tokens.content + tokens.meaning
        if visible is None:
            return self._mixed(states, tokens.positions, tokens.valid)
        seen = tokens.valid & visible
        most = max(1, int(seen.sum(1).max()))
        kept = seen.int().argsort(dim=1, descending=True, stable=True)[:, :most, None]
        packed, places = (
            values.expand(len(seen), -1, -1).take_along_dim(kept, 1) for values in (states, tokens.positions)
        )
        mixed = self._mixed(packed, places, seen.take_along_dim(kept[..., 0], 1))
        return torch.zeros_like(states, dtype=mixed.dtype).scatter(1, kept.expand_as(mixed), mixed)

    def _mixed(self, states: Tensor, positions: Tensor, seen: Tensor) -> Tensor:
        extra = self.config.registers
        if extra:
            count = states.shape[0]
            states = torch.cat([self.registers.expand(count, -1, -1).to(states.dtype), states], 1)
            positions = torch.cat([positions.new_zeros(count, extra, 3), positions], 1)
            seen = torch.cat([seen.new_ones(count, extra), seen], 1)
        mask = None if _all(seen) else (seen | ~seen.any(1, keepdim=True))[:, None, None]  # never attend to nothing
        turns = self.rotation(positions)
        for block in self.blocks:
            if self.checkpointing and torch.is_grad_enabled():
                states = checkpoint(block, states, mask, turns, use_reentrant=False)
            else:
                states = block(states, mask, turns)
        mixed: Tensor = self.norm(states)
        return (mixed if mask is None else mixed * seen[..., None])[:, extra:]

    def pool(self, encoded: Tensor, seen: Tensor) -> Tensor:
        """Return the projected mean and spread of the tokens that `seen` [N, T] names, [N, vector]; finite for none."""
        weight = seen[..., None].float()
        count = weight.sum(1).clamp(min=1)
        mean = (encoded * weight).sum(1) / count
        spread = (((encoded - mean[:, None]) * weight).square().sum(1) / count + 1e-6).sqrt()
        vector: Tensor = self.vector(torch.cat([mean, spread], 1))
        return vector

    def forward(self, batch: SampleBatch) -> Tensor:
        """Return one vector for each sample, [N, vector]."""
        tokens = self.tokenize(batch)
        return self.pool(self.encode(tokens), tokens.imagery)

    def maps(self, batch: SampleBatch) -> Tensor:
        """Return features of the first chip's cells, [N, width, rows, columns]; 0 where a cell is not valid."""
        tokens = self.tokenize(batch)
        first = torch.from_numpy(tokens.layout.source == 0)
        encoded, weight = self.encode(tokens)[:, first], tokens.valid[:, first].float()[..., None]
        groups = (encoded.shape[0], -1, tokens.grid[0] * tokens.grid[1])
        total, count = (values.reshape(*groups, values.shape[-1]).sum(1) for values in (encoded * weight, weight))
        return (total / count.clamp(min=1)).mT.reshape(encoded.shape[0], -1, *tokens.grid)


def _all(seen: Tensor) -> bool:
    """Return whether every token is seen; never asked where the answer would be data: on meta, or in an export."""
    return seen.is_meta or (not torch.compiler.is_compiling() and bool(seen.all()))
