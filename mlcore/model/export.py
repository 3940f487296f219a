"""An encoder of one sensor as a `torch.export` program (.pt2), for serving without this code."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from mlcore.errors import BadSensor
from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.context import PLACE_DIM, context
from mlcore.model.encoder import Encoder
from mlcore.model.features import leading, sample_statistics
from mlcore.sensors import Quantity, Sensor, get_sensor

_MOST_TILES = 4096


class Exported(nn.Module):
    """Chips of one sensor in its own quantity, and their masks, become vectors; no date, no place."""

    known: Tensor

    def __init__(self, encoder: Encoder, sensor: Sensor) -> None:
        """Keep an encoder's network and what its sensor says about itself."""
        super().__init__()
        self.network, self.sensor = encoder.network, sensor
        self.register_buffer("known", torch.from_numpy(context(sensor.gsd_m, frequency_ghz=sensor.frequency_ghz)))

    def forward(self, pixels: Tensor, mask: Tensor) -> Tensor:
        """Return vectors [N, dim] of pixels float32 [N, bands, H, W] and mask float32 [N, 1, H, W], 1 where valid."""
        count = pixels.shape[0]
        values = _scaled(pixels, self.sensor.quantity) * mask
        days = torch.full((count,), float("nan"))
        chips = ChipBatch(values, mask, self.sensor, self.known.expand(count, -1), days)
        batch = SampleBatch((chips,), torch.zeros(count, PLACE_DIM))
        learned = self.network(batch) * self.network.gain * leading(batch.chips, self.network.config.vector)
        return torch.cat([sample_statistics(batch.chips), learned], 1)


def _scaled(pixels: Tensor, quantity: Quantity) -> Tensor:
    """Do what `slots.scaled` does, in operations that a program can hold."""
    values = torch.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)
    match quantity:
        case Quantity.DIGITAL_NUMBER | Quantity.RADIANCE:
            values = values.clamp(min=0).log1p()
        case Quantity.REFLECTANCE:
            values = (values.clamp(0, 10) + 0.02).log() + 4
        case Quantity.REFLECTANCE_1E4:
            values = ((values * 1e-4).clamp(0, 10) + 0.02).log() + 4
        case Quantity.BRIGHTNESS_TEMPERATURE:
            values = (values - 280) / 20
        case Quantity.DECIBEL:
            values = values.clamp(-50, 30) / 5
        case Quantity.METRE:
            values = values / 100
        case Quantity.INDEX:
            pass
    return values.clamp(-100, 100)


def export_encoder(encoder: Encoder, sensor: Sensor, path: Path, *, tile_px: int = 64) -> None:
    """Write a program for tiles of one sensor and size, and any number of them from 1 to 4096.

    Raises:
        BadSensor: the encoder asks for more than pixels (knowledge, texts, learnt spectra).
    """
    if encoder.knowledge or encoder.sentences or encoder.spectra:
        raise BadSensor("Only an encoder of imagery can be exported; leave out knowledge, texts and learnt spectra.")
    module = Exported(encoder, sensor).eval()
    pixels = torch.linspace(0, 1, 2 * len(sensor.bands) * tile_px**2).view(2, len(sensor.bands), tile_px, tile_px)
    batch = torch.export.Dim("batch", min=1, max=_MOST_TILES)
    with torch.no_grad():
        program = torch.export.export(
            module, (pixels, torch.ones(2, 1, tile_px, tile_px)), dynamic_shapes=({0: batch}, {0: batch}), strict=False
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.export.save(program, path)


def main(arguments: Sequence[str] | None = None) -> str:
    """Export an encoder: python -m mlcore.model export nano --sensor landsat7-etm out.pt2."""
    from mlcore.model import load_encoder  # the package imports its modules first

    parser = argparse.ArgumentParser(prog="python -m mlcore.model export", description=main.__doc__)
    parser.add_argument("encoder")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sensor", required=True)
    parser.add_argument("--tile", type=int, default=64, metavar="PX")
    options = parser.parse_args(arguments)
    encoder, sensor = load_encoder(options.encoder), get_sensor(options.sensor)
    if not isinstance(encoder, Encoder):
        raise BadSensor(f"{options.encoder} has no network to export; name one with weights, such as nano.")
    export_encoder(encoder, sensor, options.out, tile_px=options.tile)
    return f"{options.out}: {sensor.title}, {options.tile} x {options.tile} px, vectors of {encoder.dim} numbers."
