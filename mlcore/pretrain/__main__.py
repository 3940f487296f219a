"""Pretrain the foundation model on imagery without labels: one recipe with one size dial, read top to bottom.

python -m mlcore.pretrain landsat.tif=landsat7-etm s1.tif=sentinel1-grd+s2.tif=sentinel2-l2a --out nano.safetensors
torchrun --nproc-per-node 8 -m mlcore.pretrain --shards 'corpus/{000000..000999}.tar' --size base --parallel ddp \
    --precision bf16 --state run.safetensors --resume --out base.safetensors
python -m mlcore.pretrain shards scenes/*.tif=sentinel2-l2a --tile 128 --out corpus
python -m mlcore.pretrain plan
python -m mlcore.pretrain nano --data FOLDER --samples FOLDER
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from mlcore.errors import MLCoreError
from mlcore.model import Config, Encoder, save_encoder
from mlcore.model.network import get_config
from mlcore.pretrain import corpus, plan
from mlcore.pretrain.curve import write_csv, write_svg
from mlcore.pretrain.cutting import tiles_of
from mlcore.pretrain.mixing import shard_source, source_of
from mlcore.pretrain.parallel import PARALLEL, Process, joined
from mlcore.pretrain.recipe import RECIPES, Machine, Recipe, Step, get_recipe, weights_of
from mlcore.pretrain.scenes import file_names, read_scenes
from mlcore.pretrain.shards import find_shards, write_shards
from mlcore.pretrain.source import Source
from mlcore.pretrain.throughput import peak_tflops, throughput
from mlcore.pretrain.training import pretrain

_REPORT_STEPS = 20


def main(arguments: list[str] | None = None) -> int:
    """Run a command, by default training; return the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    command = COMMANDS.get(given[0]) if given else None
    try:
        return command(given[1:]) if command else train(given)
    except (MLCoreError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def train(arguments: list[str]) -> int:
    """Read imagery, train, write weights and the loss curve."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    recipe, machine, config = _recipe(options), _machine(options), _config(options)
    with joined() as process:
        source, seen = _source(options, recipe)
        encoder, steps = pretrain(source, recipe, config=config, machine=machine, progress=_reporter(options, process))
        if process.leads:
            encoder.card = seen | {
                "licence": options.licence,
                "command": shlex.join(["python", "-m", "mlcore.pretrain", *_names_only(arguments)]),
                "steps": str(len(steps)),
            }
            _write(encoder, steps, options)
    return 0


def _source(options: argparse.Namespace, recipe: Recipe) -> tuple[Source, dict[str, str]]:
    """Return where pairs come from, and what the card says about it."""
    if options.shards:
        shards = find_shards(options.shards)
        print(f"{len(shards)} shards, {sum(shard.count for shard in shards):,} samples")
        return shard_source(shards), {"shards": Path(options.shards).name}
    scenes = read_scenes(options.scenes, seed=options.seed)
    return source_of(scenes, recipe.tile_px), {"scenes": ", ".join(file_names(options.scenes))}


def _write(encoder: Encoder, steps: list[Step], options: argparse.Namespace) -> None:
    save_encoder(encoder, options.out)
    if options.curve and steps:
        write_csv(steps, options.curve.with_suffix(".csv"))
        write_svg(steps, options.curve.with_suffix(".svg"))
    parameters = sum(parameter.numel() for parameter in encoder.network.parameters())
    print(f"{options.out}: {parameters:,} parameters, {encoder.dim} numbers a sample, digest {encoder.digest[:12]}")


def _reporter(options: argparse.Namespace, process: Process) -> Callable[[Step], None]:
    """Return what prints a line now and then: loss, throughput, and the share of the device's peak."""
    one = options.peak_tflops or peak_tflops(process.device)
    peak = one * process.count if one else None
    last = [Step(0, 0.0, 0.0, 0)]

    def report(step: Step) -> None:
        if step.number % _REPORT_STEPS == 0 or step.number == 1:
            rates = throughput(last[0], step, peak)
            print(f"step {step.number:6d}  loss {step.loss:7.4f}  {step.seconds:6.0f} s  {rates}", flush=True)
            last[0] = step

    return report


def _recipe(options: argparse.Namespace) -> Recipe:
    """Return the size's recipe with what the command line changes."""
    changed = {
        "tile_px": options.tile,
        "batch": options.batch,
        "steps": options.steps,
        "minutes": options.minutes,
        "rate": options.rate,
        "accumulate": options.accumulate,
        "weights": weights_of(options.objective) if options.objective else None,
    }
    recipe = replace(get_recipe(options.size), seed=options.seed)
    return replace(recipe, **{name: value for name, value in changed.items() if value is not None})


def _machine(options: argparse.Namespace) -> Machine:
    return Machine(
        parallel=options.parallel,
        precision=options.precision,
        checkpointing=options.checkpointing,
        state=options.state,
        every=options.every,
        resume=options.resume,
    )


def _config(options: argparse.Namespace) -> Config:
    return replace(get_config(options.size), name=options.out.stem)


def _names_only(arguments: list[str]) -> list[str]:
    """Return the arguments without folders: a card is about the recipe, not about somebody's disk."""
    return ["+".join(part.rsplit("/", 1)[-1] for part in argument.split("+")) for argument in arguments]


def _options(arguments: list[str]) -> argparse.Namespace:
    lines = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        "python -m mlcore.pretrain",
        description=lines[0],
        epilog=lines[2],
        formatter_class=argparse.RawTextHelpFormatter,
    )
    _add_imagery(parser)
    parser.add_argument("--size", choices=RECIPES, default="nano", help="of the model, and with it the recipe")
    parser.add_argument("--batch", type=int, help="pairs a step, over all processes")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--minutes", type=float, help="stop earlier than --steps; the rate falls to zero by then")
    parser.add_argument("--rate", type=float, help="largest learning rate")
    parser.add_argument("--accumulate", type=int, help="batches a step")
    parser.add_argument("--objective", nargs="+", metavar="NAME=WEIGHT", help="instead of the size's mixture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--curve", type=Path, help="write the losses to this .csv and a picture of them beside it")
    parser.add_argument("--licence", default="that of the imagery", help="what the weights' card says")
    _add_machine(parser)
    return parser.parse_args(arguments)


def _add_imagery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="FILE[=SENSOR][@DATE]; + joins files of one place")
    parser.add_argument("--shards", help="instead of scenes: a pattern such as 'corpus/{000000..000999}.tar'")
    parser.add_argument("--out", type=Path, required=True, help="file to write; its stem names the model")
    parser.add_argument("--tile", type=int, help="side of a crop in px")


def _add_machine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parallel", choices=sorted(PARALLEL), default="none", help="with torchrun")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--checkpointing", action="store_true", help="recompute activations: less memory, more work")
    parser.add_argument("--state", type=Path, help="keep the run's state in this file")
    parser.add_argument("--every", type=int, default=Machine.every, help="steps between two states")
    parser.add_argument("--resume", action="store_true", help="go on from --state if it is there")
    parser.add_argument("--peak-tflops", type=float, help="of one device, to report its use; known for common GPUs")


def shards(arguments: list[str]) -> int:
    """Cut scenes into samples and write them as shards."""
    parser = argparse.ArgumentParser("python -m mlcore.pretrain shards", description=shards.__doc__)
    parser.add_argument("scenes", nargs="+", metavar="SCENE")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    parser.add_argument("--tile", type=int, default=128, help="side of a sample in px; crops of half of it are drawn")
    parser.add_argument("--per-shard", type=int, default=1000)
    options = parser.parse_args(arguments)
    written = write_shards(
        tiles_of(read_scenes(options.scenes), options.tile), options.out, per_shard=options.per_shard
    )
    print(f"{options.out}: {len(written)} shards, {sum(shard.count for shard in written):,} samples")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {"shards": shards, "plan": plan.main, "nano": corpus.main}


if __name__ == "__main__":
    sys.exit(main())
