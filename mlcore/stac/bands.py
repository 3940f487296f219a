"""Bands of an asset as an item tells them: `bands` of STAC 1.1, or `eo:bands` and `raster:bands` of those before."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from mlcore.stac.words import mapping, mappings, number, text

MOST_BANDS = 512


@dataclass(frozen=True)
class Band:
    """What is told of one band; None and '' where nothing is."""

    name: str = ""
    common: str = ""  # such as 'red' or 'nir08'
    centre_nm: float | None = None
    width_nm: float | None = None
    scale: float | None = None
    offset: float | None = None
    nodata: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready; `Band(**told)` is the inverse."""
        return asdict(self)

    def without_name(self) -> "Band":
        """Return what is told of how numbers are stored alone."""
        return Band(scale=self.scale, offset=self.offset, nodata=self.nodata)


def bands_of(asset: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[Band, ...]:
    """Return the bands of an asset; () where nothing is told of them."""
    new = list(mappings(asset.get("bands"), MOST_BANDS))
    optical = list(mappings(asset.get("eo:bands"), MOST_BANDS))
    stored = list(mappings(asset.get("raster:bands"), MOST_BANDS))
    radar = [text(each, 4).upper() for each in asset.get("sar:polarizations") or [] if isinstance(each, str)]
    if new:
        return tuple(_band(one, one, asset) for one in new)
    if not optical and len(radar) == 1:
        optical = [{"name": radar[0]}]
    if optical and isinstance(properties.get("eo:bands"), list):  # some bear only names, and the rest on the item
        known = {text(one.get("name")): one for one in mappings(properties["eo:bands"], MOST_BANDS)}
        optical = [{**known.get(text(one.get("name")), {}), **one} for one in optical]
    pairs = zip_longest(optical, stored, fillvalue=mapping(None))
    return tuple(_band(one, other, {}) for one, other in pairs)


def _band(optical: Mapping[str, Any], stored: Mapping[str, Any], asset: Mapping[str, Any]) -> Band:
    """Return a band; what it does not say itself its asset says for all."""

    def of(told: Mapping[str, Any], *names: str) -> Any:
        said = (each[name] for each in (told, asset) for name in names if each.get(name) is not None)
        return next(said, None)

    centre = number(of(optical, "eo:center_wavelength", "center_wavelength"), 0.1, 1000)  # micrometres
    width = number(of(optical, "eo:full_width_half_max", "full_width_half_max"), 1e-5, 1000)
    return Band(
        name=text(of(optical, "name"), 40),
        common=text(of(optical, "eo:common_name", "common_name"), 40).lower(),
        centre_nm=round(centre * 1000, 3) if centre else None,
        width_nm=round(width * 1000, 3) if width else None,
        scale=number(of(stored, "raster:scale", "scale"), -1e12, 1e12) or None,
        offset=number(of(stored, "raster:offset", "offset"), -1e12, 1e12),
        nodata=number(of(stored, "nodata"), -3.4e38, 3.4e38),
    )
