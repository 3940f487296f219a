"""Samples of one kind, chip by chip: what baselines that know only one instrument can read."""

from collections.abc import Sequence

from mlcore.errors import BadFeatures
from mlcore.samples import Chip, Sample


def chips_in_turn(name: str, samples: Sequence[Sample]) -> list[list[Chip]]:
    """Return the first chip of every sample, the second of every sample, and so on.

    Raises:
        BadFeatures: the samples differ in their sensors or in how many chips they have.
    """
    kinds = [[chip.sensor for chip in sample.chips] for sample in samples]
    for row, kind in enumerate(kinds):
        if not kind or kind != kinds[0]:
            raise BadFeatures(
                f"{name} reads samples of the same sensors only: sample {row} has {_titles(samples[row])}, "
                f"the first has {_titles(samples[0])}."
            )
    return [[sample.chips[index] for sample in samples] for index in range(len(kinds[0]) if kinds else 0)]


def _titles(sample: Sample) -> str:
    return ", ".join(chip.sensor.title for chip in sample.chips) or "no chips"


def without_chips(name: str, sample: Sample) -> str:
    """Say that a sample has no imagery, or return ''."""
    return "" if sample.chips else f"{name} needs imagery; this sample has none"
