"""Live fuel moisture (2,313 plots in the western US): three months of radar, optics and weather, and terrain.

Labels: Rao et al. 2020, "SAR-enhanced mapping of live fuel moisture content". Pixels: Tseng et al. 2023, "Lightweight,
pre-trained transformers for remote sensing time series" (arXiv 2304.14065), exported with the test sites held out.

The array `s1_s2_era5_srtm` [plots, 3, 18] holds, for each step of 30 days before the measurement: Sentinel-1 VV, VH
in dB; Sentinel-2 L1C reflectance x 10^4 of B2-B8, B8A, B9, B11, B12; ERA5-Land temperature at 2 m in K and
precipitation in metres A DAY (its mean is 1.4 mm; a month's sum would be thirty times that); SRTM elevation in m and
slope in degrees. The last column is called NDVI but was made of B7 and B3 (their index was taken before two bands were
removed: cropharvest/engineer.py), so it isn't used; Presto's authors compute it anew too.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import UnreadableFile
from mlcore.samples import Chip, Sample, Weather
from mlcore.sensors import Band, Modality, Quantity, Sensor, get_sensor

STEP_DAYS = 30
_STEPS = 3
_FOLDER = Path("presto_pixel_timeseries/fuel_moisture")
_OPTICAL = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")

RADAR = get_sensor("sentinel1-grd")
OPTICAL = replace(
    get_sensor("sentinel2-l1c"),
    code="sentinel2-l1c-11",
    title="Sentinel-2 MSI L1C (11 bands)",
    bands=tuple(band for band in get_sensor("sentinel2-l1c").bands if band.name in _OPTICAL),
)
ELEVATION = replace(get_sensor("elevation"), gsd_m=30.0)
SLOPE = Sensor("slope", "Slope", (Band("slope", "rise over run"),), Modality.ELEVATION, 30.0, Quantity.INDEX)


@dataclass(frozen=True)
class FuelMoisture:
    """Plots in file order. Radar and optics come once a step, elevation and slope once, all as chips of one pixel."""

    samples: list[Sample]  # with place, weather, and the day of the measurement
    target: NDArray[np.float64]  # [N], water in living leaves, per cent of their dry weight
    test: NDArray[np.bool_]  # [N], plots of the published test sites
    site: NDArray[np.str_]  # [N]; no site is in both parts


def load(root: Path) -> FuelMoisture:
    """Read the data set from a folder of data sets, or from its own folder.

    Raises:
        UnreadableFile: it isn't there, or its arrays don't fit each other.
    """
    folder = root / _FOLDER if (root / _FOLDER).is_dir() else root
    try:
        arrays = {path.stem: np.load(path, allow_pickle=False) for path in (folder / "npy").glob("*.npy")}
        labels = json.loads((folder / "single_file_labels.geojson").read_text())["features"]
        values, place = arrays["s1_s2_era5_srtm"], arrays["latlon"][:, ::-1]
        target, site = arrays["target"], arrays["site"]
        days = list(_days(labels, target, site, arrays["month"]))
        samples = [_sample(*row) for row in zip(values, place, days, strict=True)]
        return FuelMoisture(samples, target, arrays["is_test"] == 1, site)
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise UnreadableFile(
            f"{folder} doesn't hold the fuel moisture data ({error}); it needs npy/*.npy and "
            "single_file_labels.geojson of github.com/nasaharvest/presto, data/fuel_moisture."
        ) from error


def _days(
    labels: list[dict[str, dict[str, str]]],
    target: NDArray[np.float64],
    site: NDArray[np.str_],
    month: NDArray[np.int64],
) -> Iterator[date]:
    """Yield the day of each plot's measurement: the arrays keep the labels' order, without unseen plots."""
    left = iter(labels)
    for row in range(len(target)):
        for label in left:
            known, day = label["properties"], date.fromisoformat(label["properties"]["date"][:10])
            months = [start.month - 1 for start in _starts(day)]
            if (known["site"], known["percent(t)"], months) == (site[row], target[row], month[row].tolist()):
                yield day
                break
        else:
            raise ValueError(f"plot {row} has no label")


def _starts(measured: date) -> list[date]:
    """Return the first day of each step; the composites have no better date."""
    return [measured - timedelta(days=STEP_DAYS * step) for step in range(_STEPS, 0, -1)]


def _sample(values: NDArray[np.float64], place: NDArray[np.float64], measured: date) -> Sample:
    starts = _starts(measured)
    chips = [_chip(step[:2], RADAR, day) for step, day in zip(values, starts, strict=True)]
    chips += [_chip(step[2:13], OPTICAL, day) for step, day in zip(values, starts, strict=True)]
    chips += [_chip(values[0, 15:16], ELEVATION), _chip(np.tan(np.radians(values[0, 16:17])), SLOPE)]
    weather = np.stack([values[:, 13], values[:, 14] * 1000 * STEP_DAYS], 1).astype(np.float32)
    return Sample(
        tuple(chips),
        place=(float(place[0]), float(place[1])),
        acquired=measured,
        weather=Weather(tuple(starts), ("temperature_k", "precipitation_mm"), weather),
    )


def _chip(values: NDArray[np.float64], sensor: Sensor, acquired: date | None = None) -> Chip:
    pixels = np.asarray(values, np.float32)[:, None, None]
    return Chip(pixels, np.ones((1, 1), bool), sensor, acquired=acquired)
