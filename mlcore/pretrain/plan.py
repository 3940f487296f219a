"""What pretraining at scale takes: data, GPU-hours, storage and cost of each size, from counted FLOPs.

python -m mlcore.pretrain plan [--mfu 0.35] [--price 2.5] [--gpus 64] [--markdown]
"""

import argparse
from dataclasses import dataclass, replace

from mlcore.model.network import PRESETS, Config
from mlcore.model.sizes import Size, count_size
from mlcore.pretrain.recipe import Recipe, get_recipe
from mlcore.pretrain.throughput import PEAK_TFLOPS
from mlcore.sensors import get_sensor

_PREDICTOR_DEPTH = 2
GPUS = {"mini": 1, "small": 1, "base": 8, "large": 32, "huge": 128}


@dataclass(frozen=True)
class Assumptions:
    """What isn't counted but supposed; every figure of the plan scales with it."""

    device: str = "H100"
    mfu: float = 0.35  # share of the device's dense bf16 peak
    price: float = 2.5  # US dollars a GPU-hour
    gpus: int | None = None  # else as many as usual for the size
    sensor: str = "sentinel2-l2a"  # of the tiles that FLOPs and bytes are counted for
    bytes_a_value: float = 2.0  # shards hold whole numbers as 16 bits, not compressed
    scenes_stored: float = 12.0  # dates and sensors kept of a place
    scenes_seen: float = 4.0  # of them in one view: tokens, and with them the work, go with it
    epochs: float = 4.0


@dataclass(frozen=True)
class Estimate:
    """What one size takes."""

    size: Size
    samples_seen: float
    places: float  # different samples needed
    storage_tb: float
    exaflops: float
    gpu_hours: float
    gpus: int
    hours: float  # on them
    samples_per_second: float  # that the input must deliver to all GPUs together
    input_gb_per_second: float
    cost: float  # US dollars


def estimate(name: str, given: Assumptions) -> Estimate:
    """Return what pretraining a size takes; its recipe says how many samples it sees.

    Raises:
        UnknownName: no such size.
    """
    config, recipe = PRESETS[name], get_recipe(name)
    size = count_size(config, get_sensor(given.sensor), recipe.tile_px)
    seen = float(recipe.steps * recipe.batch * recipe.accumulate)
    work = seen * size.training_flops * given.scenes_seen * encodings(recipe, config)
    rate = PEAK_TFLOPS[given.device] * 1e12 * given.mfu
    hours = work / rate / 3600
    values = len(get_sensor(given.sensor).bands) * (2 * recipe.tile_px) ** 2
    read = values * given.bytes_a_value
    places = seen / given.epochs
    gpus = given.gpus or GPUS[name]
    seconds = hours * 3600 / gpus
    return Estimate(
        size=size,
        samples_seen=seen,
        places=places,
        storage_tb=places * read * given.scenes_stored / 1e12,
        exaflops=work / 1e18,
        gpu_hours=hours,
        gpus=gpus,
        hours=seconds / 3600,
        samples_per_second=seen / seconds,
        input_gb_per_second=seen / seconds * read * given.scenes_stored / 1e9,
        cost=hours * given.price,
    )


def encodings(recipe: Recipe, config: Config) -> float:
    """Return how often a step encodes a whole tile; views with hidden tokens and the predictor count by their share."""
    shown = 1 - sum(recipe.hidden) / 2
    mean_side = sum(side**2 for side in recipe.sides) / len(recipe.sides)  # tokens go with the area of a crop
    parts = {
        "neighbours": 2.0,
        "views": 2 * shown,
        "crossmodal": 1.0,
        "latent": shown + _PREDICTOR_DEPTH / config.depth,  # one masked pass serves all three
        "pixels": 0.0,
        "spectra": 0.0,
    }
    return mean_side * sum(parts[name] for name in recipe.weights)


def table(estimates: list[Estimate], given: Assumptions) -> str:
    """Return the plan as a Markdown table under a sentence with its assumptions."""
    head = (
        "size | parameters | samples seen | different places | storage | work | GPU-hours | GPUs | hours | "
        "samples/s | input | cost"
    )
    lines = [
        f"Counted FLOPs of {given.sensor} tiles; assumed: {given.device} at {given.mfu:.0%} of "
        f"{PEAK_TFLOPS[given.device]:.0f} TFLOP/s, ${given.price:g} a GPU-hour, {given.bytes_a_value:g} bytes a value, "
        f"{given.scenes_stored:g} scenes kept of a place and {given.scenes_seen:g} in a view, {given.epochs:g} epochs.",
        "",
        f"| {head} |",
        "|" + "---|" * (head.count("|") + 1),
    ]
    return "\n".join(lines + [_row(planned) for planned in estimates])


def _row(planned: Estimate) -> str:
    cells = [
        planned.size.name,
        f"{planned.size.parameters / 1e6:,.1f} M",
        f"{planned.samples_seen / 1e6:,.2f} M",
        f"{planned.places / 1e6:,.2f} M",
        f"{planned.storage_tb:,.2f} TB",
        f"{planned.exaflops:,.3g} EFLOP",
        f"{planned.gpu_hours:,.2f}",
        f"{planned.gpus}",
        f"{planned.hours:,.2f}",
        f"{planned.samples_per_second:,.0f}",
        f"{planned.input_gb_per_second:,.1f} GB/s",
        f"${planned.cost:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Print the plan for the sizes that are trained on GPUs."""
    usual = Assumptions()
    parser = argparse.ArgumentParser("python -m mlcore.pretrain plan", description=__doc__)
    parser.add_argument("--device", choices=sorted(PEAK_TFLOPS), default=usual.device)
    parser.add_argument("--mfu", type=float, default=usual.mfu)
    parser.add_argument("--price", type=float, default=usual.price, help="US dollars a GPU-hour")
    parser.add_argument("--gpus", type=int, help="instead of the usual number")
    parser.add_argument("--sizes", nargs="+", choices=list(GPUS), default=list(GPUS))
    options = parser.parse_args(arguments)
    given = replace(usual, device=options.device, mfu=options.mfu, price=options.price, gpus=options.gpus)
    print(table([estimate(name, given) for name in options.sizes], given))  # noqa: T201 (a command)
    return 0
