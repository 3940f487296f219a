"""Items: one acquisition of a catalogue, with the files that hold its bands, as far as they can be read from afar."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from mlcore.errors import UnknownName, UnreadableFile
from mlcore.stac.bands import Band, bands_of
from mlcore.stac.outlines import Ring, outline_of
from mlcore.stac.words import LONGEST, mapping, mappings, moment, number, text

_MOST_ASSETS = 300
_LONGEST_ADDRESS = 2000
_SCHEMES = ("https", "http", "s3")
_SHOWN = {"thumbnail", "overview", "visual", "metadata", "tilejson", "preview", "qa", "saturation", "cloud", "snow-ice"}
_PREVIEWS = ("thumbnail", "overview", "preview", "rendered_preview")  # the smallest first
_QUALITY = {"scl": "SCL", "qa_pixel": "QA_PIXEL"}  # assets of classes, and what readers call such a band
_PICTURES = re.compile(r"image/(png|jpe?g|webp)", re.IGNORECASE)
_TIFF = re.compile(r"image/(tiff|vnd\.stac\.geotiff)", re.IGNORECASE)
_TAGS = {"platform": "PLATFORM", "instruments": "INSTRUMENT", "constellation": "SATELLITE"}


@dataclass(frozen=True)
class Asset:
    """One file of an item."""

    key: str
    href: str  # absolute; '' where there is none that is read
    file: str = ""  # what its file is called, wherever that lies
    title: str = ""
    type: str = ""
    roles: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def is_tiff(self) -> bool:
        """Return whether it is said to be a GeoTIFF, or called like one."""
        path = self.href.partition("?")[0].lower()
        return bool(_TIFF.match(self.type)) if self.type else path.endswith((".tif", ".tiff"))

    @property
    def is_picture(self) -> bool:
        """Return whether it is said to be a picture as browsers show them, or called like one."""
        path = self.href.partition("?")[0].lower()
        return bool(_PICTURES.match(self.type)) if self.type else path.endswith((".png", ".jpg", ".jpeg", ".webp"))

    @property
    def tells_bands(self) -> bool:
        """Return whether it says what its bands are, not only how they are stored."""
        return any(band.name or band.common or band.centre_nm for band in self.bands)

    @property
    def quality(self) -> str:
        """Return what its band of classes is called; '' for measurements."""
        return _QUALITY.get(self.key.lower(), "")


@dataclass(frozen=True)
class Item:
    """What an item tells."""

    id: str
    href: str = ""  # of itself
    collection: str = ""
    acquired: datetime | None = None
    cloud_cover: float | None = None  # per cent
    licence: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)  # what speaks of the instrument
    bbox: tuple[float, ...] | None = None  # west, south, east, north
    outline: tuple[Ring, ...] = ()  # what of the ground it shows: outer rings of longitudes and latitudes
    assets: tuple[Asset, ...] = ()
    remarks: tuple[str, ...] = ()

    def chosen(self, keys: Sequence[str] = ()) -> tuple[Asset, ...]:
        """Return the assets that make a scene: those of these keys, or what measures, with its classes of pixels.

        Raises:
            UnknownName: it has no such asset.
            UnreadableFile: it has none that is read.
        """
        by_key = {asset.key: asset for asset in self.assets}
        for key in keys:
            if key not in by_key:
                raise UnknownName(f"asset of {self.id}", key, by_key)
        if keys:
            return tuple(by_key[key] for key in keys)
        files = [asset for asset in self.assets if asset.is_tiff and not _SHOWN & {*asset.roles, asset.key.lower()}]
        measuring = [asset for asset in files if asset.tells_bands and not asset.quality]
        if not measuring:
            measuring = [asset for asset in files if "data" in asset.roles or not asset.roles]
            measuring = [asset for asset in measuring if not asset.quality][:1]
        if not measuring:
            raise UnreadableFile(f"{self.id} has no GeoTIFF of measurements; it has {', '.join(by_key) or 'nothing'}.")
        return (*_in_order(measuring), *[asset for asset in files if asset.quality][:1])

    @property
    def picture(self) -> str:
        """Return the address of a small picture of it; '' where it has none."""
        pictures = [asset for asset in self.assets if asset.is_picture and asset.href]
        for name in _PREVIEWS:
            for asset in pictures:
                if name in (*asset.roles, asset.key.lower()):
                    return asset.href
        return ""

    @property
    def said(self) -> str:
        """Return the words that tell of the instrument."""
        return " ".join((self.collection, *self.tags.values())).lower()


def _in_order(assets: Sequence[Asset]) -> list[Asset]:
    """Return assets by the wavelengths of their only bands, where all tell them; else as they stand."""
    centres = [asset.bands[0].centre_nm if len(asset.bands) == 1 else None for asset in assets]
    if not all(centres):
        return list(assets)
    pairs = sorted(zip(centres, range(len(assets)), strict=True), key=lambda pair: (pair[0] or 0, pair[1]))
    return [assets[at] for _, at in pairs]


def read_item(data: object, base: str = "") -> Item:
    """Read what an item tells; of addresses of another kind than HTTPS and S3 nothing is kept.

    Args:
        data: its JSON.
        base: the address that it came from, by which others are understood; '' where links lead nowhere.

    Raises:
        UnreadableFile: it is no item.
    """
    told = mapping(data)
    if told.get("type") != "Feature" or not text(told.get("id")) or not isinstance(told.get("assets"), dict):
        raise UnreadableFile("This is no STAC item: an item is a Feature with an id and assets.")
    properties, links = mapping(told.get("properties")), list(mappings(told.get("links"), 100))
    links_of = {text(link.get("rel")): text(link.get("href"), _LONGEST_ADDRESS) for link in reversed(links)}
    own = _address(links_of.get("self", ""), base) or base
    shifted = properties.get("earthsearch:boa_offset_applied") is True
    assets = list(told["assets"].items())[:_MOST_ASSETS]
    made = [_asset(text(key), mapping(asset), properties, own, shifted) for key, asset in assets if text(key)]
    return Item(
        id=text(told["id"]),
        href=own,
        collection=text(told.get("collection")),
        acquired=moment(properties.get("datetime")) or moment(properties.get("start_datetime")),
        cloud_cover=number(properties.get("eo:cloud_cover"), 0, 100),
        licence=text(properties.get("license")),
        tags=_tags(properties),
        bbox=_bbox(told.get("bbox")),
        outline=outline_of(told.get("geometry")),
        assets=tuple(made),
        remarks=(_SHIFTED,) if shifted else (),
    )


_SHIFTED = "Its catalogue has taken the offset of Sentinel-2's numbers off already: the one that it states is left out."


def _asset(key: str, asset: Mapping[str, Any], properties: Mapping[str, Any], base: str, shifted: bool) -> Asset:
    bands = bands_of(asset, properties)
    if shifted:
        bands = tuple(Band(**{**band.to_dict(), "offset": None}) for band in bands)
    roles = asset.get("roles")
    return Asset(
        key=key,
        href=_address(text(asset.get("href"), _LONGEST_ADDRESS), base),
        file=text(asset.get("href"), _LONGEST_ADDRESS).partition("?")[0].replace("\\", "/").rpartition("/")[2],
        title=text(asset.get("title")),
        type=text(asset.get("type")),
        roles=tuple(text(role, 40).lower() for role in roles[:20]) if isinstance(roles, list) else (),
        bands=bands,
    )


def _address(href: str, base: str) -> str:
    """Return an absolute address; '' of what is none, or of another kind than is read."""
    try:
        joined = urljoin(base, href) if href else ""
        return joined if urlsplit(joined).scheme in _SCHEMES and len(joined) <= _LONGEST_ADDRESS else ""
    except ValueError:
        return ""


def _tags(properties: Mapping[str, Any]) -> dict[str, str]:
    told = {}
    for name, tag in _TAGS.items():
        value = properties.get(name)
        words = " ".join(text(each, 60) for each in value[:5]) if isinstance(value, list) else text(value, 60)
        if words.strip():
            told[tag] = words[:LONGEST]
    return told


def _bbox(value: object) -> tuple[float, ...] | None:
    numbers = [number(each, -400, 400) for each in value] if isinstance(value, list) and len(value) in (4, 6) else []
    flat = numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]]
    return tuple(each for each in flat if each is not None) if len(flat) == 4 and None not in flat else None
