"""The state of a training run as one file, so that a killed run goes on as if nothing had happened.

The order of data and the random numbers of a step depend on seed and step alone, so the state is weights,
optimiser and step. Never a pickle: tensors in safetensors, the plan in its header.
"""

from dataclasses import astuple
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, distributed, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)

from mlcore.errors import BadCheckpoint
from mlcore.pretrain.recipe import Step

FORMAT = "terrascribe-training-1"
_MODEL, _OPTIMISER, _STEPS = "model.", "optimiser.", "steps"
_BETWEEN = "\x1f"  # between a parameter's name and its statistic; neither holds this character


def save_state(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, steps: list[Step], plan: str) -> None:
    """Write a run's state whole or not at all; every process must call it, the first one writes.

    Args:
        path: file to write or replace.
        model: what is trained, alone or spread over processes.
        optimiser: of its parameters.
        steps: what was done so far.
        plan: what the run is (`plan_of`); another plan can't go on from this state.
    """
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    weights = get_model_state_dict(model, options=options)
    moments = get_optimizer_state_dict(model, optimiser, options=options)
    if distributed.is_initialized() and distributed.get_rank() != 0:
        return
    tensors = {_MODEL + name: _whole(value) for name, value in weights.items()}
    states: dict[str, dict[str, Any]] = dict(moments["state"])  # type: ignore[arg-type]
    for name, statistics in states.items():
        tensors |= {_OPTIMISER + name + _BETWEEN + key: _whole(value) for key, value in statistics.items()}
    tensors[_STEPS] = torch.tensor([astuple(step) for step in steps], dtype=torch.float64).reshape(len(steps), -1)
    header = {"format": FORMAT, "plan": plan}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata=header)
    partial.replace(path)  # a kill in the middle leaves the state before


def _step(row: list[float]) -> Step:
    number, loss, seconds, samples, tokens, flops = row
    return Step(int(number), loss, seconds, int(samples), int(tokens), flops)


def _whole(value: Any) -> Tensor:
    return torch.as_tensor(value).detach().clone().contiguous()


def load_state(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, plan: str) -> list[Step]:
    """Set model and optimiser to a saved state and return the steps done until then.

    Raises:
        BadCheckpoint: the file is damaged, or of a run with another plan.
    """
    header, tensors = _read(path)
    if header.get("format") != FORMAT:
        raise BadCheckpoint(f"{path} is no training state of this version ({header.get('format')!r}, not {FORMAT!r}).")
    if header.get("plan") != plan:
        raise BadCheckpoint(
            f"{path} is the state of a run with other scenes, recipe or network; "
            "resume it with the options it was started with, or begin anew without --resume."
        )
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    weights: dict[str, Any] = {
        name.removeprefix(_MODEL): tensor for name, tensor in tensors.items() if name.startswith(_MODEL)
    }
    try:
        set_model_state_dict(model, weights, options=options)
        _set_optimiser(model, optimiser, tensors)
        return [_step(row) for row in tensors[_STEPS].tolist()]
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise BadCheckpoint(f"{path} doesn't hold a whole training state: {error}.") from error


def _set_optimiser(model: nn.Module, optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Set the optimiser's moments; its settings are those of the recipe."""
    options = StateDictOptions(full_state_dict=True, cpu_offload=True, strict=False)
    groups = get_optimizer_state_dict(model, optimiser, options=options)["param_groups"]
    saved: dict[str, Any] = {}
    for name, tensor in tensors.items():
        if name.startswith(_OPTIMISER):
            parameter, _, statistic = name.removeprefix(_OPTIMISER).partition(_BETWEEN)
            saved.setdefault(parameter, {})[statistic] = tensor
    set_optimizer_state_dict(model, optimiser, {"state": saved, "param_groups": groups}, options=options)
    for name, weight in model.named_parameters():
        # torch invents a state with one step done where there is none: the first gradient is still to come.
        if name.removeprefix("module.") not in saved:
            optimiser.state.pop(weight, None)


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} is not a readable training state: {error}.") from error
