"""Asking: the documents of a STAC API or of a static catalogue, read through `mlcore.remote` and nothing else.

The client of STAC is slow to import, so that this module is imported when a catalogue is asked.
"""

import json
import time
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin

import pystac
from pystac.link import Link
from pystac_client import Client
from pystac_client.conformance import ConformanceClasses
from pystac_client.errors import ClientTypeError
from pystac_client.exceptions import APIError
from pystac_client.stac_api_io import StacApiIO

from mlcore.errors import UnreadableFile
from mlcore.remote import fetch
from mlcore.stac.query import Query

MOST_DOCUMENTS = 2000  # of one search
_PAGE = 100
FAULTS = (APIError, ClientTypeError, pystac.STACError, pystac.STACTypeError)


class Ended(Exception):
    """Enough was looked at."""


class _Reading(StacApiIO):
    """How a catalogue is read: never a file of this machine, and never another host than those that are named."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._left = MOST_DOCUMENTS
        self._until = time.monotonic() + seconds

    def read_text(self, source: Any, *_args: Any, **options: Any) -> str:
        """Read a document at an address."""
        if isinstance(source, Link):
            told = source.to_dict()
            method = str(told.get("method", "GET"))
            sent = told.get("body") if method == "POST" else None
            merged = {**options.get("parameters", {}), **(sent or {})} if told.get("merge") else sent
            return self.request(str(source.get_absolute_href() or told["href"]), method=method, parameters=merged)
        return self.request(str(source), **options)

    def request(
        self,
        href: str,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> str:
        """Ask a host."""
        self._left -= 1
        if self._left < 0 or time.monotonic() > self._until:
            raise Ended
        if (method or "GET").upper() == "POST":
            body, sent = json.dumps(parameters or {}).encode(), {"Content-Type": "application/json"}
            return fetch(href, method="POST", body=body, headers=sent).body.decode("utf-8", "replace")
        asked = {name: _written(value) for name, value in (parameters or {}).items() if value is not None}
        joint = "&" if "?" in href else "?"
        return fetch(href + (joint + urlencode(asked) if asked else "")).body.decode("utf-8", "replace")


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def told(query: Query) -> Iterator[tuple[Any, str]]:
    """Yield what may fit, each with the address that it came from."""
    reading = _Reading(query.seconds)
    data = json.loads(reading.read_text(query.url))
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "Feature":
        yield data, query.url
    elif kind == "FeatureCollection":
        yield from ((each, query.url) for each in data["features"])
    elif kind == "Collection":
        yield from _of_collection(data, query, reading)
    elif kind == "Catalog":
        yield from _of_root(query.url, query, query.collections, reading)
    else:
        raise UnreadableFile("There is no STAC catalogue at this address.")


def _of_collection(data: dict[str, Any], query: Query, reading: _Reading) -> Iterator[tuple[Any, str]]:
    links = {str(link.get("rel")): str(link.get("href")) for link in data.get("links", []) if isinstance(link, dict)}
    if "items" in links and "root" in links:
        yield from _of_root(urljoin(query.url, links["root"]), query, (str(data["id"]),), reading)
    else:
        yield from _walked(query.url, reading)


def _of_root(url: str, query: Query, collections: tuple[str, ...], reading: _Reading) -> Iterator[tuple[Any, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of catalogues that do not say what they conform to
        client = Client.open(url, stac_io=reading)
        if not client.conforms_to(ConformanceClasses.ITEM_SEARCH):
            yield from _walked(url, reading, collections)
            return
        by_query = query.cloud is not None and client.conforms_to(ConformanceClasses.QUERY)
        asked = client.search(
            method="POST" if _takes_post(client) else "GET",
            bbox=query.box,
            datetime=_interval(query),
            collections=list(collections) or None,
            query={"eo:cloud_cover": {"lte": query.cloud}} if by_query else None,
            limit=min(_PAGE, query.most),
        )
        yield from ((each, url) for each in asked.items_as_dicts())


def _takes_post(client: Client) -> bool:
    links = client.get_links("search")
    return any(str(link.extra_fields.get("method", "")).upper() == "POST" for link in links)


def _interval(query: Query) -> str | None:
    if query.starts is None and query.ends is None:
        return None
    ends = f"{query.ends.isoformat()}T23:59:59Z" if query.ends else ".."
    return f"{f'{query.starts.isoformat()}T00:00:00Z' if query.starts else '..'}/{ends}"


def _walked(url: str, reading: _Reading, collections: tuple[str, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Yield the items of a static catalogue, one document after the other, each once."""
    waiting, known = [url], {url}
    while waiting:
        at = waiting.pop(0)
        data = json.loads(reading.read_text(at))
        if not isinstance(data, dict):
            continue
        if data.get("type") == "Feature":
            yield data, at
            continue
        if data.get("type") == "Collection" and collections and data.get("id") not in collections:
            continue
        for link in data.get("links", []) if isinstance(data.get("links"), list) else []:
            if isinstance(link, dict) and link.get("rel") in ("child", "item") and isinstance(link.get("href"), str):
                target = urljoin(at, link["href"])
                if target not in known:
                    known.add(target)
                    waiting.append(target)
