"""The training loop: scenes or shards in, an encoder and its losses out."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

import torch
from torch import Tensor, distributed, nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from mlcore.model import Config, Encoder, Network
from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.pretrain.basis import fit_basis
from mlcore.pretrain.mixing import source_of
from mlcore.pretrain.objectives import Mixture, Outcome
from mlcore.pretrain.ordering import order_vector
from mlcore.pretrain.parallel import Process, current, spread
from mlcore.pretrain.recipe import Machine, Recipe, Step, plan_of
from mlcore.pretrain.resume import load_state, save_state
from mlcore.pretrain.source import Draw, Pairs, Source
from mlcore.pretrain.throughput import Meter
from mlcore.samples import Chip, Sample

Scenes = Sequence[Chip | Sample] | Source
Progress = Callable[[Step], None]


def pretrain(
    scenes: Scenes,
    recipe: Recipe = Recipe(),  # noqa: B008 (frozen)
    *,
    config: Config = Config(),  # noqa: B008 (frozen)
    start: Encoder | None = None,
    machine: Machine = Machine(),  # noqa: B008 (frozen)
    progress: Progress | None = None,
) -> tuple[Encoder, list[Step]]:
    """Train an encoder on imagery without labels; the same seed gives the same weights on the same machine.

    The first numbers of its vectors tell most (`order_vector`).

    Args:
        scenes: whole scenes, or large windows of them, of any sensors; samples that hold several scenes of one
            footprint (other sensors, other dates); or any other source of pairs.
        recipe: how to train.
        config: the shape of the network; not asked for where `start` is given.
        start: go on from this encoder, which stays as it is.
        machine: on what to train; with torchrun's processes, every one must call this.
        progress: called after each step, by the first process.

    Raises:
        EmptyRaster: a scene has no valid pixel.
        UnknownName: the recipe names an objective, or the machine a way to be parallel, that doesn't exist.
        BadCheckpoint: the state to resume from is damaged, or of another run.
        ValueError: the batch can't be shared evenly by the processes.
    """
    source = scenes if isinstance(scenes, Source) else source_of(scenes, recipe.tile_px)
    torch.manual_seed(recipe.seed)
    network = _begin(source, recipe, config, start)
    run = Run(network, source, recipe, machine)
    steps = run.go(progress)
    network = run.trained()
    order_vector(network, source, recipe)
    return Encoder(network=network), steps


def _begin(source: Source, recipe: Recipe, config: Config, start: Encoder | None) -> Network:
    if start is None:
        network = Network(config)
        fit_basis(network, source.examples(), seed=recipe.seed)
    else:
        network = Network(start.network.config)
        network.load_state_dict(start.network.state_dict())
    network.gain.fill_(1.0)
    return network


class Run:
    """One run: a model, its optimiser, and what was done so far."""

    def __init__(self, network: Network, source: Source, recipe: Recipe, machine: Machine) -> None:
        """Prepare everything but the first step; a state that is there is gone on from, if the machine says so."""
        self.source, self.recipe, self.machine = source, recipe, machine
        self.process = current(torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else None)
        self.rows = self.process.rows(recipe.batch)
        mixture = Mixture(network, recipe).to(self.process.device)
        network.checkpointing = machine.checkpointing
        self.config = network.config
        self.model = spread(mixture, self.process, machine.parallel, precision=machine.precision)
        fused = self.process.device.type == "cuda"
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=recipe.rate, betas=(0.9, 0.95), weight_decay=0.02, fused=fused
        )
        chips = [f"{chip.sensor.code} {chip.pixels.shape}" for chip in source.examples()]
        self.plan = plan_of(recipe, self.config.to_dict(), " ".join(chips))
        self.meter, self.done = Meter(), list[Step]()
        if machine.resume and machine.state and machine.state.is_file():
            self.done = load_state(machine.state, self.model, self.optimiser, self.plan)

    def go(self, progress: Progress | None) -> list[Step]:
        """Take all steps that are left and return all that were taken."""
        self.model.train()
        began = time.perf_counter() - (self.done[-1].seconds if self.done else 0.0)
        for number in range(len(self.done), self.recipe.steps):
            share = self._share(number, time.perf_counter() - began)
            if share >= 1:
                break
            loss, tokens, flops = self._step(number, share)
            self._note(loss, tokens, flops, time.perf_counter() - began)
            if progress and self.process.leads:
                progress(self.done[-1])
            if self.machine.state and (number + 1) % self.machine.every == 0:
                self._save()
        if self.machine.state:
            self._save()
        return self.done

    def _share(self, number: int, seconds: float) -> float:
        """Return how much of the run is over, 0..1; where the clock counts, that of the first process."""
        if not self.recipe.minutes:
            return number / self.recipe.steps
        elapsed = torch.tensor(seconds, device=self.process.device)
        if distributed.is_initialized():
            distributed.broadcast(elapsed, 0)
        return max(number / self.recipe.steps, float(elapsed) / 60 / self.recipe.minutes)

    def _step(self, number: int, share: float) -> tuple[Tensor, int, float]:
        recipe = self.recipe
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.rate * min(1, (number + 1) / recipe.warmup) * 0.5 * (1 + math.cos(math.pi * share))
        total, tokens, flops = torch.zeros((), device=self.process.device), 0, 0.0
        for part in range(recipe.accumulate):
            draw, pairs = self._draw(number * recipe.accumulate + part)
            with self.meter.counting(pairs):
                outcome = self._outcome(pairs, draw)
                (outcome.loss / recipe.accumulate).backward()  # type: ignore[no-untyped-call]
            total += outcome.loss.detach() / recipe.accumulate
            tokens += outcome.tokens
            flops += self.meter.flops(pairs)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return total, tokens, flops

    def _draw(self, number: int) -> tuple[Draw, Pairs]:
        recipe = self.recipe
        draw = Draw(recipe.seed, number, recipe.batch, recipe.tile_px, recipe.reach, self.rows)
        side = max(1, round(recipe.tile_px * draw.rng(6).choice(recipe.sides)))
        draw = replace(draw, side=side)
        return draw, _moved(self.source.pairs(draw), self.process)

    def _outcome(self, pairs: Pairs, draw: Draw) -> Outcome:
        half = self.machine.precision == "bf16"
        with torch.autocast(self.process.device.type, torch.bfloat16) if half else nullcontext():
            outcome: Outcome = self.model(pairs, draw)
        return outcome

    def _note(self, loss: Tensor, tokens: int, flops: float, seconds: float) -> None:
        if distributed.is_initialized():
            distributed.all_reduce(loss)
        before = self.done[-1] if self.done else Step(0, 0.0, 0.0, 0)
        everyone = self.process.count
        self.done.append(
            Step(
                before.number + 1,
                loss.item() / everyone,
                seconds,
                before.samples + 2 * self.recipe.batch * self.recipe.accumulate,
                before.tokens + tokens * everyone,
                before.flops + flops * everyone,
            )
        )

    def _save(self) -> None:
        if self.machine.state:
            save_state(self.machine.state, self.model, self.optimiser, self.done, self.plan)

    def trained(self) -> Network:
        """Return the network alone, whole, on the CPU, its weights fixed."""
        whole = get_model_state_dict(self.model, options=StateDictOptions(full_state_dict=True))
        prefix = "network."
        network = Network(self.config)
        network.load_state_dict(
            {name.removeprefix(prefix): value for name, value in whole.items() if name.startswith(prefix)}
        )
        return network.requires_grad_(False)


def _moved(pairs: Pairs, process: Process) -> Pairs:
    if process.device.type == "cpu":
        return pairs
    near = pairs.near.to(process.device)
    return Pairs(_there(pairs.first, process), _there(pairs.second, process), near)


def _there(batch: SampleBatch, process: Process) -> SampleBatch:
    device = process.device
    chips = tuple(
        ChipBatch(
            chip.pixels.to(device), chip.mask.to(device), chip.sensor, chip.context.to(device), chip.days.to(device)
        )
        for chip in batch.chips
    )
    weather, days, text = (
        None if values is None else values.to(device) for values in (batch.weather, batch.weather_days, batch.text)
    )
    return SampleBatch(chips, batch.place.to(device), weather, days, text)
