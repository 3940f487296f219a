"""Fetching: one answer of a host, within limits of time and size; redirects are looked at like the first address."""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import certifi
import urllib3
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from mlcore.errors import FileTooLarge, NotReachable, RemoteAway, RemoteGone
from mlcore.remote.hosts import Place, Policy, policy

_MOST_REDIRECTS = 3
_CONNECT, _SILENT = 5.0, 10.0  # seconds to connect, and without a byte
_TRIES, _PAUSE = 2, 0.3
_BLOCK = 2**16
_MOST_POOLS = 32
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_REFUSED = {401, 403, 451}
_MOVED = {301, 302, 303, 307, 308}
_PARTIAL, _NOT_SATISFIABLE = 206, 416


@dataclass(frozen=True)
class Answer:
    """What a host answered."""

    url: str  # where it came from in the end
    status: int
    headers: Mapping[str, str]  # in lower case
    body: bytes


def fetch(
    url: str,
    *,
    most: int | None = None,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    rules: Policy | None = None,
) -> Answer:
    """Return an answer that is none of failure.

    Args:
        url: of HTTPS, or s3://bucket/key.
        most: bytes that are taken; by default those of a document.
        method: GET, or POST for a search.
        headers: further ones that are sent.
        body: what is sent.
        rules: what may be read; by default what the operator says.

    Raises:
        NotReachable: the address, or one that it leads to, is not to be read.
        RemoteGone: there is nothing, or not for us.
        RemoteAway: the host does not answer, or not in time.
        FileTooLarge: it sends more than is taken.
    """
    rules = rules or policy()
    now = rules.address(url)
    until = time.monotonic() + rules.seconds
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _answer(rules.place(now), now, method, headers or {}, body, most or rules.most_text, until)
        if answer.status not in _MOVED:
            return _judged(answer)
        now = urljoin(now, answer.headers.get("location", ""))
        rules.allowed(now)
    raise NotReachable(f"{_host(url)} leads from one address to the next; give the last one.")


def _judged(answer: Answer) -> Answer:
    host = _host(answer.url)
    if answer.status in _AGAIN:
        raise RemoteAway(f"{host} has a fault now ({answer.status}); try again in a minute.")
    if answer.status in _REFUSED:
        raise RemoteGone(f"{host} does not let us read it ({answer.status}): it asks for a key, or for a signed link.")
    if answer.status >= 400 and answer.status != _NOT_SATISFIABLE:
        raise RemoteGone(f"{host} has no such thing ({answer.status}): it was moved or removed.")
    return answer


def _answer(  # noqa: PLR0913 - all of one request
    place: Place, url: str, method: str, headers: Mapping[str, str], body: bytes | None, most: int, until: float
) -> Answer:
    for number in range(_TRIES):
        try:
            return _asked(place, url, method, headers, body, most, until)
        except (HTTPError, OSError) as error:
            if number + 1 == _TRIES or time.monotonic() + _PAUSE > until:
                raise RemoteAway(f"{place.host} does not answer; it is tried again.") from error
        time.sleep(_PAUSE)
    raise AssertionError


def _asked(  # noqa: PLR0913 - all of one request
    place: Place, url: str, method: str, headers: Mapping[str, str], body: bytes | None, most: int, until: float
) -> Answer:
    usual = {"https": 443, "http": 80}[place.scheme] == place.port
    sent = {"Accept-Encoding": "identity", "User-Agent": "terrascribe", **headers}
    sent["Host"] = place.host if usual else f"{place.host}:{place.port}"
    left = max(0.1, until - time.monotonic())
    response = _pool(place).urlopen(
        method,
        place.path,
        body=body,
        headers=sent,
        redirect=False,
        retries=False,
        preload_content=False,
        decode_content=False,
        timeout=urllib3.Timeout(connect=min(_CONNECT, left), read=min(_SILENT, left)),
    )
    whole = False
    try:
        told = {name.lower(): value for name, value in response.headers.items()}
        content = b"" if response.status in _MOVED else _body(response, place, most, until)
        whole = response.status not in _MOVED
        return Answer(url, response.status, told, content)
    finally:
        response.release_conn() if whole else response.close()


def _body(response: BaseHTTPResponse, place: Place, most: int, until: float) -> bytes:
    parts, size = list[bytes](), 0
    while block := response.read1(_BLOCK):
        parts.append(block)
        size += len(block)
        if size > most:
            raise FileTooLarge(f"{place.host} sends more than {most:,} bytes, which is more than is taken.")
        if time.monotonic() > until:
            raise RemoteAway(f"{place.host} is too slow: what it sends takes longer than it may. It is tried again.")
    return b"".join(parts)


def _host(url: str) -> str:
    return (urllib3.util.parse_url(url).host or "The host")[:100]


class _Pools:
    """Connections that are open, by what they go to; those of a process that was forked are not its own."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.kept: OrderedDict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = OrderedDict()


_pools = _Pools()


def _pool(place: Place) -> urllib3.HTTPConnectionPool:
    global _pools
    if _pools.pid != os.getpid():
        _pools = _Pools()
    key = place.scheme, place.host, place.port, place.ip
    with _pools.lock:
        pool = _pools.kept.pop(key, None) or _made(place)
        _pools.kept[key] = pool
        while len(_pools.kept) > _MOST_POOLS:
            _pools.kept.popitem(last=False)[1].close()
    return pool


def _made(place: Place) -> urllib3.HTTPConnectionPool:
    """Return connections to the address that was checked; the certificate must be the name's."""
    if place.scheme == "http":
        return urllib3.HTTPConnectionPool(place.ip, place.port, maxsize=8)
    return urllib3.HTTPSConnectionPool(
        place.ip,
        place.port,
        maxsize=8,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=place.host,
        assert_hostname=place.host,
    )
