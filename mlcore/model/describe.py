"""What an encoder makes of a sample, in words: what is used, imputed, missing and dropped."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from mlcore.checks import check_sample
from mlcore.model import slots
from mlcore.model.contract import input_contract
from mlcore.model.encoder import StatisticsEncoder
from mlcore.samples import Chip, Sample
from mlcore.sensors import Modality, Sensor, get_sensor


@dataclass
class Description:
    """Sentences about each thing that a sample has or lacks."""

    used: list[str] = field(default_factory=list)
    imputed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all of it as lines for a person."""
        parts = (("Used", self.used), ("Imputed", self.imputed), ("Missing", self.missing), ("Dropped", self.dropped))
        return "\n".join(f"{title}: {line}" for title, lines in parts for line in lines)


def describe(encoder: StatisticsEncoder, sample: Sample) -> Description:
    """Say which bands, dates, modalities and metadata of a sample an encoder uses, fills in, misses or drops.

    Raises:
        BadSample: the sample contradicts itself (`check_sample`).
    """
    check_sample(sample)
    description = Description()
    for number, chip in enumerate(sample.chips, start=1):
        _describe_chip(description, encoder, sample, chip, f"chip {number}, {chip.sensor.title}")
    _describe_knowledge(description, encoder, sample)
    return description


def _describe_chip(
    description: Description, encoder: StatisticsEncoder, sample: Sample, chip: Chip, where: str
) -> None:
    sensor = chip.sensor
    if not chip.mask.any():
        description.dropped.append(f"{where}: no valid pixel")
        return
    names = [band.name for band in sensor.bands]
    shown = ", ".join(names if len(names) <= 16 else [*names[:3], "...", names[-1]])
    height, width = chip.mask.shape
    description.used.append(
        f"{where}: {len(names)} band(s) ({shown}) as {sensor.quantity.value}, {height} x {width} px, "
        f"{chip.valid_fraction:.0%} valid{_dated(sample, chip)}"
    )
    if chip.valid_fraction < 1:
        description.dropped.append(f"{where}: {1 - chip.valid_fraction:.0%} of the pixels (nodata or cloud)")
    _describe_bands(description, encoder, sensor, where)
    lacking = {
        "date": chip.acquired or sample.acquired,
        "ground sample distance": sensor.gsd_m,
        "product level": sensor.level or sensor.modality is not Modality.OPTICAL,
        "orbit": chip.orbit or sensor.modality is not Modality.SAR,
        "incidence angle": chip.incidence_deg is not None or sensor.modality is not Modality.SAR,
        "frequency": sensor.frequency_ghz or sensor.modality is not Modality.SAR,
    }
    description.missing += [f"{where}: {name} unknown" for name, value in lacking.items() if not value]


def _dated(sample: Sample, chip: Chip) -> str:
    day = chip.acquired or sample.acquired
    return f", {day.isoformat()}" if day else ""


def _describe_bands(description: Description, encoder: StatisticsEncoder, sensor: Sensor, where: str) -> None:
    numbered = [
        band.name
        for index, band in enumerate(sensor.bands)
        if slots.responses(sensor)[slots.FIRST_NUMBERED :, index].any()
    ]
    if numbered and sensor.modality is not Modality.POINTS:
        description.missing.append(f"{where}: no wavelength of {len(numbered)} band(s); known by their number only")
    if encoder.spectra and encoder.spectra.reads(sensor):
        own = encoder.spectra.sensor
        description.imputed.append(f"{where}: read as the {len(own.bands)} bands of {own.title}, by its learnt spectra")
        return
    heard = slots.averaging(sensor)[: slots.OPTICAL_SLOTS].any(1)
    gaps = _ranges(slots.filled(sensor)[: slots.OPTICAL_SLOTS] & ~heard)
    if gaps:
        description.imputed.append(f"{where}: the spectrum at {gaps} nm, by smooth interpolation between bands")


def _ranges(chosen: "np.typing.NDArray[np.bool_]") -> str:
    runs = [list(run) for _, run in groupby(enumerate(np.flatnonzero(chosen)), lambda pair: pair[1] - pair[0])]
    ends = [(slots.OPTICAL_NM[run[0][1]], slots.OPTICAL_NM[run[-1][1]]) for run in runs]
    return ", ".join(f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}" for low, high in ends)


def _describe_knowledge(description: Description, encoder: StatisticsEncoder, sample: Sample) -> None:
    dated = sample.acquired or any(chip.acquired for chip in sample.chips)
    has = {
        "place": sample.place is not None,
        "season": bool(dated),
        "weather": sample.weather is not None,
        "gsd": sample.chips[0].sensor.gsd_m is not None,
        "texts": bool(sample.texts),
    }
    wanted = {*encoder.knowledge, *(["texts"] if encoder.sentences else [])}
    for kind, present in has.items():
        if kind in wanted:
            (description.used if present else description.missing).append(f"{kind} as columns of the vector")
        elif present and kind in ("place", "weather", "texts"):
            description.dropped.append(f"{kind}: this encoder was not asked to use it")


def main(arguments: Sequence[str] | None = None) -> str:
    """Return what an encoder reads of a known sensor: python -m mlcore.model describe nano --sensor rgb."""
    from mlcore.model import load_encoder  # the package imports its modules first

    parser = argparse.ArgumentParser(prog="python -m mlcore.model describe", description=main.__doc__)
    parser.add_argument("encoder", nargs="?", default="nano")
    parser.add_argument("--sensor", default="landsat7-etm")
    parser.add_argument("--tile", type=int, default=64, metavar="PX")
    options = parser.parse_args(arguments)
    encoder, sensor = load_encoder(options.encoder), get_sensor(options.sensor)
    level = -10.0 if sensor.modality is Modality.SAR else 1000.0
    shape = (options.tile, options.tile)
    chip = Chip(np.full((len(sensor.bands), *shape), level, np.float32), np.ones(shape, bool), sensor)
    blocks = ", ".join(f"{name} {block.stop - block.start}" for name, block in encoder.blocks.items())
    lines = [f"{encoder.name}: vectors of {encoder.dim} numbers ({blocks}), maps of {encoder.map_dim}."]
    lines += [f"Card: {key}: {value}" for key, value in getattr(encoder, "card", {}).items()]
    units = input_contract()["units"]
    lines.append(f"Units: {sensor.quantity.value} becomes {units[sensor.quantity.value]}.")
    return "\n".join([*lines, describe(encoder, Sample((chip,))).text])
