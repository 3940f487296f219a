"""Several processes as one: who am I, how gradients and contrasts cross between us, how a model is split."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.nn.parallel import DistributedDataParallel

from mlcore.errors import UnknownName


@dataclass(frozen=True)
class Process:
    """One of the processes that train together; alone, it is the first of one."""

    rank: int = 0
    count: int = 1
    device: torch.device = torch.device("cpu")

    @property
    def leads(self) -> bool:
        """Return whether this process writes files and reports."""
        return self.rank == 0

    def rows(self, total: int) -> slice:
        """Return this process's part of `total` rows, which all processes drew alike.

        Raises:
            ValueError: the rows can't be shared evenly, so that gradients would weigh them unequally.
        """
        if total % self.count:
            raise ValueError(f"A batch of {total} can't be shared by {self.count} processes; choose a multiple.")
        share = total // self.count
        return slice(self.rank * share, (self.rank + 1) * share)


@contextmanager
def joined() -> Iterator[Process]:
    """Join the processes that torchrun started (by its variables), or stand alone; leave them at the end."""
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if torch.cuda.is_available() else None
    if device is not None:
        torch.cuda.set_device(device)
    if "WORLD_SIZE" not in os.environ or distributed.is_initialized():
        yield current(device)
        return
    distributed.init_process_group("nccl" if device is not None else "gloo")
    try:
        yield current(device)
    finally:
        distributed.destroy_process_group()


def current(device: torch.device | None = None) -> Process:
    """Return this process as the process group knows it."""
    device = device or torch.device("cpu")
    if not distributed.is_initialized():
        return Process(device=device)
    return Process(distributed.get_rank(), distributed.get_world_size(), device)


class _Gather(torch.autograd.Function):
    """All rows of all processes; each gets back the gradients that all of them have for its own rows."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        everyone = [torch.empty_like(rows) for _ in range(distributed.get_world_size())]
        distributed.all_gather(everyone, rows.contiguous())
        ctx.length = len(rows)
        return torch.cat(everyone)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].contiguous()
        distributed.all_reduce(total)
        start = distributed.get_rank() * ctx.length
        own: Tensor = total[start : start + ctx.length]
        return own


def gathered(rows: Tensor) -> Tensor:
    """Return the rows [n, d] of all processes in order of rank, [n * processes, d], with gradients to each of them."""
    if not distributed.is_initialized() or distributed.get_world_size() == 1:
        return rows
    everyone: Tensor = _Gather.apply(rows)  # type: ignore[no-untyped-call]
    return everyone


def _alone(model: nn.Module, process: Process, precision: str) -> nn.Module:
    return model


def _ddp(model: nn.Module, process: Process, precision: str) -> nn.Module:
    """Copy the model to each process; a batch without pairs leaves some projectors unused."""
    devices = [process.device] if process.device.type == "cuda" else None
    return DistributedDataParallel(model, device_ids=devices, find_unused_parameters=True)


def _fsdp(model: nn.Module, process: Process, precision: str) -> nn.Module:
    """Split parameters, gradients and optimiser state over the processes, block by block (FSDP2)."""
    half = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
    policy = half if precision == "bf16" else MixedPrecisionPolicy()
    for blocks in [module for module in model.modules() if isinstance(module, nn.ModuleList)]:
        for block in blocks:
            fully_shard(block, mp_policy=policy)
    fully_shard(model, mp_policy=policy)
    return model


PARALLEL = {"none": _alone, "ddp": _ddp, "fsdp": _fsdp}


def spread(model: nn.Module, process: Process, how: str, *, precision: str = "fp32") -> nn.Module:
    """Return the model as it trains on several processes: 'none', 'ddp' or 'fsdp'; alone, it stays as it is.

    Raises:
        UnknownName: no such way.
    """
    if how not in PARALLEL:
        raise UnknownName("way to train in parallel", how, PARALLEL)
    return PARALLEL[how](model, process, precision) if distributed.is_initialized() else model
