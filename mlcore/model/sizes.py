"""What each size costs: parameters, FLOPs and memory counted on the meta device, and tiles a second measured here.

python -m mlcore.model sizes [--sensor sentinel2-l2a] [--tile 128] [--size base] [--json] [--measure]
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.context import CONTEXT_DIM, PLACE_DIM
from mlcore.model.network import PRESETS, Config, Network, get_config
from mlcore.samples import Chip, Sample
from mlcore.sensors import Sensor, get_sensor

_STATE_BYTES = 16  # a parameter's float32 weight, gradient and two moments of AdamW
_MEASURED_TILES, _MEASURED_TIMES = 256, 5


@dataclass(frozen=True)
class Size:
    """What one size costs on one kind of tile."""

    name: str
    parameters: int
    tokens: int  # a tile
    forward_flops: int  # a tile; a multiplication and an addition are two
    training_flops: int  # a tile: forward and backward
    activation_bytes: int  # a tile in training, float32
    checkpointed_bytes: int  # the same when blocks are computed again on the way back
    state_bytes: int  # weights, gradients and AdamW's moments in float32


def count_size(config: Config, sensor: Sensor, tile_px: int) -> Size:
    """Count what a step of forward and backward costs for one tile, without computing it.

    FLOPs are those of matrix products, convolutions and attention as torch counts them on the meta device
    (Megatron-LM's convention, arXiv 2104.04473: a multiplication and an addition are two).

    Args:
        config: the shape of the network.
        sensor: whose bands.
        tile_px: side of the tile.
    """
    batch = meta_batch(sensor, tile_px)
    network, kept, forward, training = _stepped(config, batch)
    _, kept_by_one, _, _ = _stepped(replace(config, depth=1), batch)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    tokens = len(network.tokenize(batch))
    entries = 4 * config.depth * (tokens + config.registers) * config.width  # what each block starts from
    return Size(
        name=config.name,
        parameters=parameters,
        tokens=tokens,
        forward_flops=forward,
        training_flops=training,
        activation_bytes=kept,
        checkpointed_bytes=kept_by_one + entries,  # one block at a time is whole again
        state_bytes=parameters * _STATE_BYTES,
    )


def _stepped(config: Config, batch: SampleBatch) -> tuple[Network, int, int, int]:
    """Step a network on meta; return it, the bytes kept for the way back, and FLOPs forward and of the whole step."""
    with torch.device("meta"):
        network = Network(config)
    own = {parameter.untyped_storage()._cdata for parameter in network.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = storage.nbytes()
        return tensor

    with FlopCounterMode(display=False) as counter:
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            loss = network(batch).sum()
        forward, bytes_kept = counter.get_total_flops(), sum(kept.values())  # autograd holds them until it is done
        loss.backward()
    return network, bytes_kept, forward, counter.get_total_flops()


def meta_batch(sensor: Sensor, tile_px: int, *, count: int = 1) -> SampleBatch:
    """Return tiles that have shapes and no pixels, on the meta device."""
    with torch.device("meta"):
        pixels = torch.empty(count, len(sensor.bands), tile_px, tile_px)
        chip = ChipBatch(pixels, pixels[:, :1], sensor, torch.empty(count, CONTEXT_DIM), torch.empty(count))
        return SampleBatch((chip,), torch.empty(count, PLACE_DIM))


def tiles_per_second(name: str = "nano", sensor_code: str = "landsat7-etm", tile_px: int = 64) -> float:
    """Return how many tiles a second a shipped encoder embeds on this machine, statistics and all; best of five."""
    from mlcore.model import load_encoder  # noqa: PLC0415 (the package imports encoders, and counting needs none)

    encoder, sensor, rng = load_encoder(name), get_sensor(sensor_code), np.random.default_rng(0)
    mask = np.ones((tile_px, tile_px), bool)
    shape = (_MEASURED_TILES, len(sensor.bands), tile_px, tile_px)
    samples = [Sample((Chip(pixels, mask, sensor),)) for pixels in rng.uniform(20, 200, shape).astype(np.float32)]
    times = []
    for _ in range(_MEASURED_TIMES):
        started = time.perf_counter()
        encoder.embed(samples)
        times.append(time.perf_counter() - started)
    return _MEASURED_TILES / min(times)


def table(sizes: list[Size]) -> str:
    """Return sizes as a text table."""
    head = f"{'size':8s}{'parameters':>14s}{'tokens':>8s}{'forward':>12s}{'training':>12s}"
    lines = [head + f"{'activations':>13s}{'checkpointed':>14s}{'AdamW state':>13s}"]
    for size in sizes:
        work = f"{size.forward_flops / 1e9:8.2f} GF {size.training_flops / 1e9:9.2f} GF"
        memory = f"{size.activation_bytes / 1e6:10.1f} MB{size.checkpointed_bytes / 1e6:11.1f} MB"
        lines.append(
            f"{size.name:8s}{size.parameters:14,d}{size.tokens:8d} {work}{memory}{size.state_bytes / 1e9:10.3f} GB"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> str:
    """Return the table of sizes, or JSON, that the arguments ask for."""
    options = _options(arguments)
    sensor = get_sensor(options.sensor)
    sizes = [count_size(get_config(name), sensor, options.tile) for name in options.size or PRESETS]
    rate, threads = tiles_per_second() if options.measure else None, torch.get_num_threads()
    if options.json:
        summary = {"sensor": sensor.code, "tile_px": options.tile, "sizes": [asdict(size) for size in sizes]}
        measured = {"nano_tiles_per_second": rate, "threads": threads} if rate else {}
        return json.dumps(summary | measured, indent=2)
    lines = [f"One tile of {options.tile} x {options.tile} px of {sensor.title}; GF: 1e9 FLOP; memory of one tile."]
    lines.append(table(sizes))
    if rate:
        lines.append(f"nano embeds {rate:.0f} tiles of 64 x 64 px and 7 bands a second here ({threads} threads).")
    return "\n".join(lines)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.model sizes", description="What each size costs.")
    parser.add_argument("--sensor", default="sentinel2-l2a", help="whose bands (default: %(default)s)")
    parser.add_argument("--tile", type=int, default=128, help="side of a tile in px (default: %(default)s)")
    parser.add_argument("--size", action="append", help="only this one; may be repeated")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help="also embed tiles with nano on this machine")
    return parser.parse_args(arguments)
