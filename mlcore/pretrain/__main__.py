"""Pretrain the foundation model on scenes, without labels: one recipe, read top to bottom.

python -m mlcore.pretrain landsat.tif=landsat7-etm more.tif --out nano.safetensors --minutes 2 --curve loss.csv
"""

import argparse
import shlex
import sys
from pathlib import Path

import torch

from mlcore.errors import MLCoreError
from mlcore.model import Config, save_encoder
from mlcore.pretrain.curve import write_csv, write_svg
from mlcore.pretrain.objectives import OBJECTIVES
from mlcore.pretrain.recipe import Recipe, Step
from mlcore.pretrain.scenes import read_scenes
from mlcore.pretrain.training import pretrain


def main(arguments: list[str] | None = None) -> int:
    """Read scenes, train, write weights and the loss curve; return the exit status."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    recipe = Recipe(
        tile_px=options.tile,
        batch=options.batch,
        steps=options.steps,
        minutes=options.minutes,
        weights={options.objective: 1.0} if options.objective else Recipe().weights,
        seed=options.seed,
    )
    try:
        scenes = read_scenes(options.scenes, seed=options.seed)
        for scene in scenes:
            bands, height, width = scene.pixels.shape
            print(f"{scene.sensor.title}: {bands} bands, {width} x {height} px, {scene.valid_fraction:.0%} valid")
        encoder, steps = pretrain(scenes, recipe, config=Config(name=options.out.stem), progress=_report)
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 1
    encoder.card = {
        "scenes": ", ".join(Path(name.partition("=")[0]).name for name in options.scenes),
        "licence": options.licence,
        "command": shlex.join(["python", "-m", "mlcore.pretrain", *_names_only(arguments or sys.argv[1:])]),
        "steps": str(len(steps)),
    }
    save_encoder(encoder, options.out)
    if options.curve:
        write_csv(steps, options.curve.with_suffix(".csv"))
        write_svg(steps, options.curve.with_suffix(".svg"))
    parameters = sum(parameter.numel() for parameter in encoder.network.parameters())
    print(f"{options.out}: {parameters:,} parameters, {encoder.dim} numbers a sample, digest {encoder.digest[:12]}")
    return 0


def _report(step: Step) -> None:
    if step.number % 20 == 0 or step.number == 1:
        rate = step.samples / step.seconds
        print(f"step {step.number:5d}  loss {step.loss:7.4f}  {rate:6.0f} crops/s  {step.seconds:5.0f} s", flush=True)


def _names_only(arguments: list[str]) -> list[str]:
    """Return the arguments without folders: a card is about the recipe, not about somebody's disk."""
    return [argument.rsplit("/", 1)[-1] for argument in arguments]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.pretrain", description=__doc__.splitlines()[0])
    parser.add_argument("scenes", nargs="+", metavar="SCENE", help="raster file, or FILE=SENSOR")
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write; its stem names the model")
    parser.add_argument("--tile", type=int, default=Recipe.tile_px, help="side of a crop in px")
    parser.add_argument("--batch", type=int, default=Recipe.batch, help="pairs a step")
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--minutes", type=float, help="stop earlier than --steps; the rate falls to zero by then")
    parser.add_argument("--objective", choices=sorted(OBJECTIVES))
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--curve", type=Path, help="write the losses to this .csv and a picture of them beside it")
    parser.add_argument("--licence", default="that of the scenes", help="what the weights' card says")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
