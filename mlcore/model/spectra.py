"""What spectra of one instrument look like, so that another instrument's bands can be read as its own.

Raw spectra are rugged (sunlight, atmosphere, gains), so that no smooth curve through some bands gives the others to
within the few per cent by which classes differ. Their mean and covariance over unlabelled pixels do.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.errors import BadSensor, EmptyRaster
from mlcore.model import slots
from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.statistics import band_means
from mlcore.samples import Chip
from mlcore.sensors import Band, Modality, Quantity, Sensor

FEWEST_BANDS = 16  # of a spectrometer
_PIXELS = 50_000
_NOISE = 1e-5  # of the mean variance of a band
_SIGMAS_A_WIDTH = 2.355  # full width at half maximum of a Gaussian
_LOGARITHMIC = (
    Quantity.DIGITAL_NUMBER,
    Quantity.RADIANCE,
    Quantity.REFLECTANCE,
    Quantity.REFLECTANCE_1E4,
)


@dataclass(frozen=True, eq=False)
class Spectra:
    """Mean and covariance of an optical instrument's scaled bands over unlabelled pixels."""

    sensor: Sensor
    mean: NDArray[np.float64]  # [bands], on the scale of `slots.scaled`
    covariance: NDArray[np.float64]  # [bands, bands]
    strict: bool = False  # read its own bands alone, even where some are gone: counts of two instruments don't compare

    @cached_property
    def digest(self) -> str:
        """Return what identifies its readings."""
        digest = hashlib.sha256(repr(self.sensor).encode())
        digest.update(self.mean.tobytes() + self.covariance.tobytes() + b"strict" * self.strict)
        return digest.hexdigest()

    @cached_property
    def basis(self) -> torch.Tensor:
        """Return the instrument's principal axes, strongest first, float32 [bands, at most OPTICAL_SLOTS]."""
        axes = np.linalg.eigh(self.covariance)[1][:, ::-1][:, : slots.OPTICAL_SLOTS]
        signs = np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
        return torch.from_numpy((axes * signs).astype(np.float32))

    def own(self, batches: Sequence[ChipBatch]) -> list[ChipBatch]:
        """Return the chips of this instrument."""
        return [batch for batch in batches if batch.sensor.bands == self.sensor.bands]

    def turned(self, spectra: torch.Tensor) -> torch.Tensor:
        """Return spectra [N, bands, ...] on `basis`, [N, OPTICAL_SLOTS, ...]; what there is no axis for is 0."""
        mean = torch.from_numpy(self.mean.astype(np.float32))
        rotated = ((spectra.movedim(1, -1) - mean) @ self.basis).movedim(-1, 1)
        rest = rotated.new_zeros(len(rotated), slots.OPTICAL_SLOTS - rotated.shape[1], *rotated.shape[2:])
        return torch.cat([rotated, rest], 1)

    def components(self, batches: Sequence[ChipBatch]) -> torch.Tensor | None:
        """Return the mean spectrum of this instrument's chips on `basis`, [N, OPTICAL_SLOTS]; None without them."""
        own = self.own(batches)
        if not own:
            return None
        valid = torch.stack([(batch.mask.sum((1, 2, 3)) > 0).float()[:, None] for batch in own])
        turned = torch.stack([self.turned(band_means(batch.pixels, batch.mask)) for batch in own])
        return (turned * valid).sum(0) / valid.sum(0).clamp(min=1)

    def reads(self, sensor: Sensor) -> bool:
        """Return whether chips of `sensor` are read as this instrument's: other bands of the same quantity."""
        known = {sensor.quantity, self.sensor.quantity}
        same = len(known) == 1 or known == {Quantity.REFLECTANCE, Quantity.REFLECTANCE_1E4}
        if self.strict and {band.wavelength_nm for band in sensor.bands} - {b.wavelength_nm for b in self.sensor.bands}:
            return False
        return same and sensor.bands != self.sensor.bands and bool(_readable(sensor))

    def read(self, batch: ChipBatch) -> ChipBatch:
        """Return the chips as this instrument would have seen them; those that it doesn't read stay as they are."""
        if not self.reads(batch.sensor):
            return batch
        weights, offset = _reading(self, batch.sensor)
        pixels = torch.einsum("rb,nbhw->nrhw", weights, batch.pixels) + offset[:, None, None]
        sensor = replace(self.sensor, gsd_m=batch.sensor.gsd_m, level=batch.sensor.level)
        return replace(batch, pixels=pixels * batch.mask, sensor=sensor)


def read_by(spectra: Spectra | None, batch: SampleBatch) -> SampleBatch:
    """Return a batch as an encoder with these spectra sees it; beside their own instrument others stay as they are."""
    if spectra is None or spectra.own(batch.chips):
        return batch
    return replace(batch, chips=tuple(map(spectra.read, batch.chips)))


def from_spectrometers(batch: SampleBatch) -> SampleBatch:
    """Return a batch in which samples that a spectrometer saw have no other optical chips."""
    optical = [chip for chip in batch.chips if chip.sensor.modality is Modality.OPTICAL]
    seen = [chip.mask.amax((1, 2, 3)) for chip in optical if is_spectrometer(chip.sensor)]
    if not seen or len(seen) == len(optical):
        return batch
    unseen = (1 - torch.stack(seen).amax(0))[:, None, None, None]

    def left(chip: ChipBatch) -> ChipBatch:
        if chip.sensor.modality is not Modality.OPTICAL or is_spectrometer(chip.sensor):
            return chip
        return replace(chip, pixels=chip.pixels * unseen, mask=chip.mask * unseen)

    return replace(batch, chips=tuple(map(left, batch.chips)))


def is_spectrometer(sensor: Sensor) -> bool:
    """Return whether spectra can be learnt from a sensor, and are worth it: 16 optical bands or more."""
    return len(sensor.bands) >= FEWEST_BANDS and len(_readable(sensor)) == len(sensor.bands)


def fit_spectra(chips: Sequence[Chip], *, seed: int = 0) -> Spectra:
    """Return the spectra of an instrument from unlabelled chips, all of one optical sensor.

    Raises:
        BadSensor: chips of several sensors, or of one without wavelengths.
        EmptyRaster: no chip has a valid pixel.
    """
    sensors = {chip.sensor for chip in chips}
    if len(sensors) != 1 or len(_readable(chips[0].sensor)) < len(chips[0].sensor.bands):
        titles = ", ".join(sorted(sensor.title for sensor in sensors)) or "none"
        raise BadSensor(f"Spectra are learnt from one optical sensor whose bands have wavelengths, got: {titles}.")
    sensor, rng, most = chips[0].sensor, np.random.default_rng(seed), max(1, _PIXELS // len(chips))
    sampled = []
    for chip in chips:
        places = np.flatnonzero(chip.mask & np.isfinite(chip.pixels).all(0))
        picked = rng.choice(places, min(most, places.size), replace=False)
        sampled.append(slots.scaled(chip.pixels.reshape(len(sensor.bands), -1)[:, picked], sensor.quantity))
    spectra = np.concatenate(sampled, 1).astype(np.float64)
    if spectra.shape[1] < 2:
        raise EmptyRaster("Spectra need at least two valid pixels; these chips have fewer.")
    return Spectra(sensor, spectra.mean(1), np.atleast_2d(np.cov(spectra)))


def _readable(sensor: Sensor) -> list[int]:
    """Return which bands of an optical sensor on a logarithmic scale have a wavelength."""
    if sensor.modality is not Modality.OPTICAL or sensor.quantity not in _LOGARITHMIC:
        return []
    return [index for index, band in enumerate(sensor.bands) if band.wavelength_nm is not None]


@lru_cache(maxsize=64)
def _reading(spectra: Spectra, sensor: Sensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights [own bands, bands] and offset [own bands] of the conditional mean of a Gaussian.

    With own bands x ~ N(m, C) and the other's y = f(x) + noise: x = m + C J' (J C J' + s I)^-1 (y - f(m)), J = df/dx at
    m (linear inversion with a prior, as Rodgers, Inverse Methods for Atmospheric Sounding, 2000, eq. 4.6). f averages
    under the band's response in linear units, while y and x are logarithms.
    """
    heard = [index for index in _readable(sensor) if _weights(spectra.sensor, sensor.bands[index]).any()]
    weights = np.zeros((len(spectra.mean), len(sensor.bands)))
    if not heard:
        return _tensors(weights, spectra.mean)
    average = np.stack([_weights(spectra.sensor, sensor.bands[index]) for index in heard])
    linear = np.exp(spectra.mean)
    expected = np.log(average @ linear)
    slope = average * linear / np.exp(expected)[:, None]
    noise = _NOISE * max(float(np.trace(spectra.covariance)) / len(linear), 1e-9)
    spread = slope @ spectra.covariance @ slope.T + noise * np.eye(len(heard))
    gain = np.linalg.solve(spread, slope @ spectra.covariance).T
    weights[:, heard] = gain
    return _tensors(weights, spectra.mean - gain @ expected)


def _tensors(weights: NDArray[np.float64], offset: NDArray[np.float64]) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(weights.astype(np.float32)), torch.from_numpy(offset.astype(np.float32))


def _weights(own: Sensor, band: Band) -> NDArray[np.float64]:
    """Return how a band averages the own bands, [own bands], summing to one; zeros where none is near."""
    centres = np.array([mine.wavelength_nm for mine in own.bands], float)
    same = np.array([(mine.wavelength_nm, mine.width_nm) == (band.wavelength_nm, band.width_nm) for mine in own.bands])
    if same.any():
        return np.asarray(same / same.sum(), float)
    away = np.abs(centres - float(band.wavelength_nm or 0))
    spacing = float(np.median(np.diff(np.sort(centres)))) if len(centres) > 1 else 0.0
    width = max(band.width_nm or 0.0, min(spacing, 50.0), 1.0)
    weights = np.exp(-0.5 * (away * _SIGMAS_A_WIDTH / width) ** 2) * (away < 2 * width)
    total = float(weights.sum())
    return np.asarray(weights / total if total > 0 else weights, float)
