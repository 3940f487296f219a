"""Series as Galileo's groups, scaled as in its training."""

import torch
from torch import Tensor
from torch.nn import functional

from mlcore.encoders import channels
from mlcore.encoders.galileo.network import Tokens
from mlcore.encoders.series import Series

# Mean and standard deviation of the training data: VV and VH in dB, then Sentinel-2's ten channels.
# From config/normalization.json at github.com/nasaharvest/galileo.
_RADAR_MEAN, _RADAR_STD = (-11.728724, -18.855582), (4.887146, 5.730270)
_OPTICAL_MEAN = (
    (1395.34087, 1338.40269, 1343.09884, 1543.86080, 2186.20221)
    + (2525.09329, 2410.33772, 2750.28547, 2234.91110, 1474.53113)
)  # fmt: skip
_OPTICAL_STD = (
    (917.704144, 913.298841, 1092.67872, 1047.22061, 1048.01016)
    + (1143.69030, 1098.97918, 1204.47276, 1145.97741, 980.242984)
)  # fmt: skip
_WEATHER_MEAN, _WEATHER_STD = (271.567496, 0.0855430), (79.8082894, 0.1166955)  # K, and metres A MONTH
_TERRAIN_MEAN, _TERRAIN_STD = (673.015282, 5.93009267), (983.069730, 8.16740679)  # m, degrees
_METRES_A_MONTH = 30.4375 / 1000  # in a mm a day
_MEAN = 0.5  # what a channel's mean becomes: stands in for invalid pixels of a token that is half valid at least


def groups(series: Series, patch: int) -> dict[str, Tokens]:
    """Return every group that the samples have, by name.

    Args:
        series: with a raster that `patch` divides.
        patch: px.
    """
    radar, optical = (series.seen[:, :, kind] for kind in (0, 1))
    tokens: dict[str, Tokens] = {}
    if series.has_radar.all(1).any():
        values = _scaled(series.radar, _RADAR_MEAN, _RADAR_STD)
        tokens["S1"] = _space_time(values, radar, torch.from_numpy(series.has_radar.all(1)), patch)
    with_index = channels.with_index(series.optical.movedim(2, -1)).movedim(-1, 2)
    scaled = _scaled(series.optical, _OPTICAL_MEAN, _OPTICAL_STD)
    stack = torch.cat([scaled, with_index[:, :, len(_OPTICAL_MEAN) :]], 2)  # NDVI goes in as it is
    for name, wanted in channels.OPTICAL_GROUPS.items():
        if (has := channels.has(series, wanted)).any():
            tokens[name] = _space_time(stack[:, :, wanted], optical, torch.from_numpy(has), patch)
    if series.weather is not None:
        weather = series.weather * torch.tensor([1, _METRES_A_MONTH])
        scaled = _scaled(weather[..., None, None], _WEATHER_MEAN, _WEATHER_STD)[..., 0, 0]
        tokens["ERA5"] = Tokens(scaled.nan_to_num(_MEAN), ~scaled.isnan().any(2))
    if series.terrain is not None:
        scaled = _scaled(series.terrain, _TERRAIN_MEAN, _TERRAIN_STD)
        known = ~scaled.isnan().any(1)
        tokens["SRTM"] = Tokens(scaled.nan_to_num(_MEAN), _half(known, patch))
    if series.place is not None:
        tokens["location"] = Tokens(series.place, torch.ones(len(series.place), dtype=torch.bool))
    return tokens


def _scaled(values: Tensor, mean: tuple[float, ...], std: tuple[float, ...]) -> Tensor:
    """Return channels [..., C, h, w] with two standard deviations around the mean as 0..1 ("std" in its config)."""
    centre, spread = (torch.tensor(numbers)[:, None, None] for numbers in (mean, std))
    return (values - centre + 2 * spread) / (4 * spread)


def _space_time(values: Tensor, seen: Tensor, has: Tensor, patch: int) -> Tokens:
    filled = torch.where(seen[:, :, None], values, _MEAN)
    return Tokens(filled, _half(seen, patch) & has[:, None, None])


def _half(seen: Tensor, patch: int) -> Tensor:
    """Return whether at least half of each patch is seen, [..., h / patch, w / patch]."""
    return functional.avg_pool2d(seen.float(), patch) >= 0.5
