"""The recipe of the weights that we ship: open imagery of many sensors, and how often each is drawn.

python -m mlcore.pretrain nano --data FOLDER --samples FOLDER --out nano.safetensors [--steps 400]

Files are found by name anywhere under the two folders; weights/README.md says where each comes from.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch

from mlcore.errors import UnreadableFile
from mlcore.model import Encoder, save_encoder
from mlcore.model.network import get_config
from mlcore.pretrain.crops import Crops
from mlcore.pretrain.curve import write_csv, write_svg
from mlcore.pretrain.recipe import Recipe, Step, weights_of
from mlcore.pretrain.source import Mixed
from mlcore.pretrain.training import pretrain
from mlcore.raster.read import read_file
from mlcore.samples import Chip, Sample
from mlcore.sensors import Quantity, Sensor, get_sensor, spectrometer, unknown_sensor

RECIPE = Recipe(steps=160, rate=5e-4)  # three minutes of one core
_WATER_NM = ((1340, 1445), (1790, 1955))  # absorbed by the air: noise
_RANGE_NM = (381.4, 2510.1)  # of NEON's imaging spectrometer, 426 channels at 5 nm
_DECIBEL_OFFSET = -58.0  # from squared counts to about sigma nought


@dataclass(frozen=True)
class Part:
    """Some files that are drawn as one source."""

    weight: float
    files: tuple[str, ...]
    read: Callable[[list[Path]], list[Chip | Sample]]


def _scenes(sensor: Sensor) -> Callable[[list[Path]], list[Chip | Sample]]:
    """Return how to read each file as a scene of a sensor."""
    return lambda paths: [read_file(path, sensor) for path in paths]


def _dates(sensor: Sensor, days: Sequence[date]) -> Callable[[list[Path]], list[Chip | Sample]]:
    """Return how to read files of one place on several days."""

    def read(paths: list[Path]) -> list[Chip | Sample]:
        chips = (read_file(path, sensor, acquired=day) for path, day in zip(paths, days, strict=True))
        return [Sample(tuple(chips))]

    return read


def _spectrum(paths: list[Path]) -> list[Chip | Sample]:
    """Read NEON's reflectance x 10^4; the file doesn't tell its wavelengths, which are 5 nm apart."""
    chips: list[Chip | Sample] = []
    for path in paths:
        spectrum = read_file(path, unknown_sensor(426))
        centres = np.linspace(*_RANGE_NM, len(spectrum.pixels))
        kept = np.flatnonzero(~np.any([(low < centres) & (centres < high) for low, high in _WATER_NM], axis=0))
        sensor = spectrometer([float(centres[band]) for band in kept], code="neon-ais", title="NEON spectrometer")
        sensor = replace(sensor, gsd_m=1.0, quantity=Quantity.REFLECTANCE_1E4)
        chips.append(replace(spectrum, pixels=spectrum.pixels[kept], sensor=sensor))
    return chips


def _radar(paths: list[Path]) -> list[Chip | Sample]:
    """Read Sentinel-1 counts (VV) as decibels: calibration's gain is a shift on this scale."""
    sensor = replace(get_sensor("sentinel1-grd"), bands=get_sensor("sentinel1-grd").bands[:1])
    chips: list[Chip | Sample] = []
    for path in paths:
        counts = read_file(path, unknown_sensor(1))
        mask = counts.mask & (counts.pixels[0] > 0)
        decibels = 20 * np.log10(np.maximum(counts.pixels, 1)) + _DECIBEL_OFFSET
        chips.append(Chip((decibels * mask).astype(np.float32), mask, sensor))
    return chips


_ELEVATION, _RGB = get_sensor("elevation"), get_sensor("rgb")
PARTS = (
    Part(3.0, ("landsat.tif",), _scenes(get_sensor("landsat7-etm"))),
    Part(1.0, ("olinda_landsat7.tif",), _scenes(get_sensor("landsat-tm6"))),
    Part(1.0, ("landsat5_para_1988.tif",), _scenes(get_sensor("landsat-tm6"))),
    Part(
        1.0,
        ("s2_boadella_20200113.tif", "s2_boadella_20200128.tif"),
        _dates(get_sensor("sentinel2-l2a"), (date(2020, 1, 13), date(2020, 1, 28))),
    ),
    Part(1.0, ("s2_newzealand_T60HWB.tif",), _scenes(get_sensor("sentinel2-l1c"))),
    Part(3.0, ("SJER_052_hyperspectral.tif",), _spectrum),
    Part(
        2.0,
        (
            "SJER_052.tif",
            "JERC_049.tif",
            "OSBS_95_competition.tif",
            "OSBS_029.tif",
            "2018_SJER_3_252000_4107000_image_477.tif",
        ),
        _scenes(replace(_RGB, gsd_m=0.1)),
    ),
    Part(1.0, ("bahamas_rgb.tif",), _scenes(_RGB)),
    Part(1.0, ("s1_gcps.tif",), _radar),
    Part(0.5, ("co_elevation_roi.tif",), _scenes(_ELEVATION)),
    Part(0.5, ("dem.tif",), _scenes(_ELEVATION)),
)


def nano_source(folders: Sequence[Path]) -> Mixed:
    """Return the source of the shipped weights.

    Raises:
        UnreadableFile: a file is in none of the folders.
    """
    sources = [Crops(part.read([_find(name, folders) for name in part.files])) for part in PARTS]
    return Mixed(sources, [part.weight for part in PARTS])


def _find(name: str, folders: Sequence[Path]) -> Path:
    match = next((path for folder in folders for path in sorted(folder.rglob(name))), None)
    if match is None:
        raise UnreadableFile(f"{name} is not under {' or '.join(map(str, folders))}; weights/README.md has its origin.")
    return match


def train_nano(folders: Sequence[Path], recipe: Recipe, report: Callable[[Step], None]) -> tuple[Encoder, list[Step]]:
    """Train the shipped weights anew.

    Raises:
        UnreadableFile: a file is in none of the folders.
    """
    source = nano_source(folders)
    encoder, steps = pretrain(source, recipe, config=get_config("nano"), progress=report)
    encoder.card = {
        "scenes": ", ".join(name for part in PARTS for name in part.files),
        "licence": "open or public domain imagery; see mlcore/model/weights/README.md",
        "command": f"python -m mlcore.pretrain nano --data FOLDER --samples FOLDER --steps {recipe.steps}",
        "steps": str(len(steps)),
    }
    return encoder, steps


def main(arguments: list[str]) -> int:
    """Train the shipped weights anew and write them with their loss curve."""
    parser = argparse.ArgumentParser("python -m mlcore.pretrain nano", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data sets")
    parser.add_argument("--samples", type=Path, required=True, help="folder of sample imagery (make samples)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=RECIPE.steps)
    parser.add_argument("--objective", nargs="+", metavar="NAME=WEIGHT", help="instead of the recipe's mixture")
    parser.add_argument("--threads", type=int, default=1, help="1 repeats exactly")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    folders = (options.samples, options.data)
    weights = weights_of(options.objective) if options.objective else RECIPE.weights
    encoder, steps = train_nano(folders, replace(RECIPE, steps=options.steps, weights=weights), _report)
    save_encoder(encoder, options.out)
    write_csv(steps, options.out.with_name(f"{options.out.stem}-loss.csv"))
    write_svg(steps, options.out.with_name(f"{options.out.stem}-loss.svg"))
    return 0


def _report(step: Step) -> None:
    if step.number % 20 == 0:
        sys.stdout.write(f"step {step.number:5d}  loss {step.loss:7.4f}  {step.seconds:5.0f} s\n")
        sys.stdout.flush()
