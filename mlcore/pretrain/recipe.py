"""Recipe: how to train, one for each size; Machine: on what; Step: what one step did."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from mlcore.errors import UnknownName

# In CPU minutes contrast between neighbours is as good as anything (docs/pretraining.md, "What was tried"); latent and
# masked targets are for 10^5 samples and more.
CONTRAST: Mapping[str, float] = {"neighbours": 1.0, "crossmodal": 1.0}
GENERATIVE: Mapping[str, float] = {
    "latent": 1.0,
    "pixels": 0.2,
    "spectra": 0.05,
    "views": 0.05,
    "neighbours": 0.05,
    "crossmodal": 0.1,
}


@dataclass(frozen=True)
class Recipe:
    """How to train; the defaults take a minute or two on two cores for 64 px tiles."""

    tile_px: int = 64
    batch: int = 128  # pairs a step, over all processes
    steps: int = 300
    minutes: float | None = None  # stop earlier than `steps`; the clock then decides the weights
    weights: Mapping[str, float] = field(default_factory=lambda: dict(CONTRAST))  # objective -> its share of the loss
    sides: tuple[float, ...] = (1.0, 0.5, 0.25, 0.25)  # of `tile_px`, one drawn a batch: weights serve any tile size
    reach: float = 0.5  # of a tile side: how far a neighbour may be
    temperature: float = 0.2
    hidden: tuple[float, float] = (0.5, 0.9)  # least and largest share of hidden tokens
    rate: float = 1e-3
    warmup: int = 20  # steps
    accumulate: int = 1  # batches a step of the optimiser
    seed: int = 0


@dataclass(frozen=True)
class Machine:
    """On what to train and what to keep on disk: none of it is meant to change what is learned."""

    parallel: str = "none"  # 'ddp' or 'fsdp' with torchrun
    precision: str = "fp32"  # 'bf16': autocast, losses stay in fp32
    checkpointing: bool = False  # recompute activations in the backward pass: a third more work, far less memory
    state: Path | None = None  # the run's state, written now and then
    every: int = 100  # steps between two states
    resume: bool = False  # go on from the state if there is one


@dataclass(frozen=True)
class Step:
    """What one step of training did."""

    number: int
    loss: float
    seconds: float  # since the start, over all sittings of a resumed run
    samples: int  # crops seen since the start, by all processes
    tokens: int = 0  # of those crops
    flops: float = 0.0  # of forward and backward passes since the start, counted and not guessed


RECIPES: dict[str, Recipe] = {
    "test": Recipe(tile_px=16, batch=16, steps=20),
    "nano": Recipe(),
    "mini": Recipe(batch=256, steps=2_000, rate=5e-4, warmup=100),
    "small": Recipe(batch=512, steps=50_000, weights=GENERATIVE, rate=3e-4, warmup=1_000),
    "base": Recipe(tile_px=96, batch=1024, steps=200_000, weights=GENERATIVE, rate=1e-4, warmup=5_000),
    "large": Recipe(tile_px=96, batch=2048, steps=200_000, weights=GENERATIVE, rate=1e-4, warmup=5_000),
    "huge": Recipe(tile_px=128, batch=2048, steps=200_000, weights=GENERATIVE, rate=1e-4, warmup=8_000),
}


def get_recipe(size: str) -> Recipe:
    """Return the recipe of a size.

    Raises:
        UnknownName: no such size; the message lists those there are.
    """
    if size not in RECIPES:
        raise UnknownName("size", size, RECIPES)
    return replace(RECIPES[size])


def weights_of(told: Sequence[str]) -> dict[str, float]:
    """Return objectives and their shares from what a command line says: NAME, or NAME=WEIGHT."""
    pairs = (name.partition("=") for name in told)
    return {name: float(share) if share else 1.0 for name, _, share in pairs}


def plan_of(recipe: Recipe, config: Mapping[str, object], sources: str) -> str:
    """Return the digest of everything that decides what a run learns: its state fits no other run."""
    text = json.dumps([asdict(recipe), dict(config), sources], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
