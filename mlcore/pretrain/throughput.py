"""How fast training is: samples and tokens a second, and which share of the device's peak it uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch.utils.flop_counter import FlopCounterMode

from mlcore.pretrain.recipe import Step
from mlcore.pretrain.source import Pairs

# Dense bf16 TFLOP/s of the makers' data sheets (without sparsity), by a part of the device's name.
PEAK_TFLOPS: dict[str, float] = {
    "H200": 989.0,
    "H100 PCIe": 756.0,
    "H100": 989.0,
    "A100": 312.0,
    "L40S": 362.0,
    "L4": 121.0,
    "A10": 125.0,
    "RTX 4090": 165.0,
    "V100": 125.0,
}


@dataclass(frozen=True)
class Throughput:
    """What a second of training does."""

    samples: float
    tokens: float
    tflops: float  # of forward and backward passes, counted and not guessed
    mfu: float | None  # model FLOPs utilisation, 0..1; None where the device's peak isn't known

    def __str__(self) -> str:
        """Return one line for people."""
        share = "" if self.mfu is None else f", {self.mfu:.0%} of peak"
        return f"{self.samples:,.0f} samples/s, {self.tokens:,.0f} tokens/s, {self.tflops:.3g} TFLOP/s{share}"


def peak_tflops(device: torch.device) -> float | None:
    """Return a device's peak in TFLOP/s (dense bf16), None where the table doesn't know it; a CPU has no entry."""
    if device.type != "cuda":
        return None
    name = torch.cuda.get_device_name(device)
    return next((peak for part, peak in PEAK_TFLOPS.items() if part in name), None)


def throughput(before: Step, after: Step, peak: float | None) -> Throughput:
    """Return the rates between two steps; `peak` is the TFLOP/s of all devices together (PaLM, arXiv 2204.02311, B)."""
    seconds = max(after.seconds - before.seconds, 1e-9)
    tflops = (after.flops - before.flops) / seconds / 1e12
    rates = (after.samples - before.samples) / seconds, (after.tokens - before.tokens) / seconds
    return Throughput(*rates, tflops, tflops / peak if peak else None)


@dataclass
class Meter:
    """Counts the FLOPs of batches: the first of each kind is counted, the others are taken to cost the same."""

    known: dict[tuple[object, ...], float] = field(default_factory=dict)

    @contextmanager
    def counting(self, pairs: Pairs) -> Iterator[None]:
        """Count what is computed inside, if a batch of this kind is new."""
        kind = _kind(pairs)
        if kind in self.known:
            yield
            return
        with FlopCounterMode(display=False) as counter:
            yield
        self.known[kind] = float(counter.get_total_flops())

    def flops(self, pairs: Pairs) -> float:
        """Return the FLOPs of a batch that was counted."""
        return self.known[_kind(pairs)]


def _kind(pairs: Pairs) -> tuple[object, ...]:
    views = (pairs.first, pairs.second)
    return tuple((chip.sensor.code, len(view), chip.mask.shape) for view in views for chip in view.chips)
