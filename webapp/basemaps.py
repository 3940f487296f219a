"""Basemaps: pictures of other people's servers that the operator lets the overview show below the scenes."""

import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings

# Templates of WMTS in GoogleMapsCompatible name the same three numbers otherwise.
OTHER_NAMES = {"TileMatrix": "z", "TileCol": "x", "TileRow": "y"}
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
PLAIN = re.compile(r"[!-~]+")  # of an address: no blanks, no control characters
NAMES = {"name", "url", "attribution", "link", "max_zoom"}
LONGEST = {"name": 80, "attribution": 300, "url": 2000, "link": 2000}
MOST = 20
DEEPEST = 24


class BadBasemap(ValueError):
    """A basemap that cannot be shown, or should not be."""


@dataclass(frozen=True)
class Basemap:
    """A server's map, cut into tiles of Web Mercator."""

    name: str
    url: str  # https, with {z}, {x} and {y}
    attribution: str  # plain text, always shown with it
    link: str  # where the attribution leads; '' nowhere
    max_zoom: int  # beyond it the deepest tiles are enlarged

    @property
    def origin(self) -> str:
        """Return the server, as a content security policy names it."""
        return f"https://{urlsplit(self.url).netloc}"

    def to_dict(self) -> dict[str, Any]:
        """Return what the page needs."""
        return asdict(self)


def basemaps() -> tuple[Basemap, ...]:
    """Return the operator's basemaps; without a file there are none.

    Raises:
        BadBasemap: the file cannot be read, or one of them is none. A system check says so at the start.
    """
    return _read(settings.BASEMAPS_FILE) if settings.BASEMAPS_FILE else ()


def picture_hosts() -> str:
    """Return the servers whose pictures a page with basemaps may show, each after a blank."""
    return "".join(f" {origin}" for origin in sorted({each.origin for each in basemaps()}))


@lru_cache
def _read(path: Path) -> tuple[Basemap, ...]:
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise BadBasemap(f"{path.name} cannot be read: {error}") from error
    if not isinstance(told, list) or not 1 <= len(told) <= MOST:
        raise BadBasemap(f"{path.name} must hold a list of 1 to {MOST} basemaps.")
    made = tuple(read_basemap(each) for each in told)
    if len({each.name for each in made}) < len(made):
        raise BadBasemap(f"{path.name} has two basemaps of the same name.")
    return made


def read_basemap(told: object) -> Basemap:
    """Return what one entry of the file says."""
    if not isinstance(told, dict) or (unknown := told.keys() - NAMES):
        what = f"unknown keys {sorted(map(str, unknown))}" if isinstance(told, dict) else "no mapping"
        raise BadBasemap(f"An entry has {what}; it may have {', '.join(sorted(NAMES))}.")
    name, attribution = (_text(told, key) for key in ("name", "attribution"))
    if not name or not attribution:
        raise BadBasemap(f"Give basemap {name or told.get('url')!r} a name and an attribution, as its licence asks.")
    zoom = told.get("max_zoom", 19)
    if isinstance(zoom, bool) or not isinstance(zoom, int) or not 0 <= zoom <= DEEPEST:
        raise BadBasemap(f"max_zoom of {name} must be a whole number from 0 to {DEEPEST}.")
    link = _text(told, "link")
    if link:
        _check_address(name, link)
    return Basemap(name, _template(name, _text(told, "url")), attribution, link, zoom)


def _text(told: dict[Any, Any], key: str) -> str:
    value = told.get(key, "")
    if not isinstance(value, str) or len(value) > LONGEST[key] or not (value.isprintable() or key == "url"):
        raise BadBasemap(f"{key} must be a line of at most {LONGEST[key]} characters, not {str(value)[:60]!r}.")
    return value.strip()


def _template(name: str, url: str) -> str:
    """Return a template with {z}, {x} and {y}, whichever names it used."""
    for theirs, ours in OTHER_NAMES.items():
        url = url.replace(f"{{{theirs}}}", f"{{{ours}}}")
    _check_address(name, url)
    held = re.findall(r"\{([^{}]*)\}", url)
    if sorted(held) != ["x", "y", "z"] or re.sub(r"\{[xyz]\}", "", url).count("{"):
        raise BadBasemap(
            f"The url of {name} must have {{z}}, {{x}} and {{y}} once each and nothing else in braces "
            f"(of WMTS: {{TileMatrix}}, {{TileCol}}, {{TileRow}} of GoogleMapsCompatible), not {url[:200]!r}."
        )
    return url


def _check_address(name: str, url: str) -> None:
    """Refuse what is no https address of one named host; a policy would read more than a host out of the rest."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadBasemap(f"The url of {name} cannot be read: {error}.") from error
    plain = f"{host}:{port}" if port else host
    if not PLAIN.fullmatch(url) or parts.scheme != "https" or not HOST.fullmatch(host) or parts.netloc != plain:
        raise BadBasemap(f"The url of {name} must begin with https:// and one host in small letters: {url[:200]!r}.")
    if parts.fragment:
        raise BadBasemap(f"The url of {name} must end before the '#'.")
