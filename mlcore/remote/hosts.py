"""Hosts: which ones are read from, as the operator names them, and at which addresses of the network they may be.

An entry of the list is one of

- `example.org` or `example.org:8443`: by HTTPS, at public addresses only;
- `*.example.org`: any name below it, in the same way;
- `stac.lan=10.0.0.7`: by HTTPS, at this very address, private or not;
- `http://127.0.0.1:9000`: this machine, without encryption, in development and tests alone;
- `s3://bucket=https://bucket.s3.us-west-2.amazonaws.com`: what a bucket is read as, without a key.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from mlcore.errors import NotReachable, RemoteAway

_PORTS = {"https": 443, "http": 80}
_LONGEST = 2000  # characters of an address
_HIDDEN = tuple(  # IPv4 inside IPv6, and networks of sites
    map(ipaddress.ip_network, ("64:ff9b::/32", "2001::/32", "2002::/16", "fec0::/10"))
)


@dataclass(frozen=True)
class Place:
    """Where to connect for an address, once that was allowed."""

    scheme: str
    host: str  # as certificates name it
    port: int
    ip: str
    path: str  # with its query


@dataclass(frozen=True)
class _Entry:
    scheme: str
    host: str
    port: int
    ip: str = ""  # the one that it is at, whatever the name system says

    def fits(self, parts: SplitResult, port: int) -> bool:
        """Return whether it speaks of an address."""
        host = (parts.hostname or "").lower().rstrip(".")
        named = host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host
        return named and parts.scheme == self.scheme and port == self.port


@dataclass(frozen=True)
class Policy:
    """What may be read, and how much of it."""

    hosts: tuple[str, ...] = ()  # entries as above; without any, nothing is read
    plain: bool = False  # whether this machine may be read from without encryption
    seconds: float = 20.0  # for one answer
    most_text: int = 16 * 2**20  # bytes of a document
    most_file: int = 64 * 2**30  # bytes of a file of which parts are read
    entries: tuple[_Entry, ...] = field(init=False, repr=False, compare=False)
    buckets: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Understand the entries.

        Raises:
            ValueError: one cannot be understood; the message says which, and what may stand there.
        """
        entries, buckets = list[_Entry](), dict[str, str]()
        for text in self.hosts:
            name, _, at = text.strip().partition("=")
            if name.startswith("s3://") and name != "s3://":
                bucket = name.removeprefix("s3://").strip("/")
                buckets[bucket] = (at or f"https://{bucket}.s3.amazonaws.com").rstrip("/")
                entries.append(_entry(urlsplit(buckets[bucket]).netloc, urlsplit(buckets[bucket]).scheme, "", text))
            else:
                scheme, _, rest = name.rpartition("://")
                entries.append(_entry(rest.rstrip("/"), scheme or "https", at, text))
        object.__setattr__(self, "entries", tuple(entries))
        object.__setattr__(self, "buckets", buckets)

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`."""
        return {"hosts": list(self.hosts), "plain": self.plain, "seconds": self.seconds, "most_file": self.most_file}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Policy":
        """Rebuild what `to_dict` told."""
        return cls(**data | {"hosts": tuple(data["hosts"])})

    def address(self, url: str) -> str:
        """Return an address as it is asked for: what lies in a bucket has one of HTTPS, too."""
        if not url.startswith("s3://"):
            return url
        bucket, _, key = url.removeprefix("s3://").partition("/")
        if bucket not in self.buckets:
            raise NotReachable(f"The bucket {_short(bucket)} is not among those that are read. {_ASK}")
        return f"{self.buckets[bucket]}/{key}"

    def allowed(self, url: str) -> None:
        """Refuse an address that is not to be read, without asking anybody about it.

        Raises:
            NotReachable: says why.
        """
        self._entry_for(self.address(url))

    def place(self, url: str) -> Place:
        """Return where to connect for an address.

        Raises:
            NotReachable: it is not to be read.
            RemoteAway: nobody knows its name now.
        """
        parts, entry = self._entry_for(url)
        host = (parts.hostname or "").lower().rstrip(".")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        ip = entry.ip or _resolved(host, entry.port)
        return Place(entry.scheme, host, entry.port, ip, path)

    def _entry_for(self, url: str) -> tuple[SplitResult, _Entry]:
        if not self.entries:
            raise NotReachable(f"Reading from other hosts is off here. {_ASK}")
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise NotReachable(f"{_short(url)} is no address.") from None
        if parts.scheme not in _PORTS or not parts.hostname or len(url) > _LONGEST or not url.isprintable():
            raise NotReachable(f"{_short(url)} is no address of HTTPS or S3: nothing else is read.")
        if parts.username or parts.password:
            raise NotReachable(f"The address at {_short(parts.hostname)} holds a password: leave it out.")
        entry = next((entry for entry in self.entries if entry.fits(parts, port)), None)
        if entry is None:
            raise NotReachable(f"{_origin(parts, port)} is not among the hosts that are read. {_ASK}")
        if entry.scheme == "http" and not self.plain:
            raise NotReachable(f"{_origin(parts, port)} is read by HTTPS only: http is for development.")
        return parts, entry


_ASK = "An operator names it in REMOTE_HOSTS."


def _entry(rest: str, scheme: str, at: str, text: str) -> _Entry:
    host, port = _host_and_port(rest, scheme, text)
    literal = _literal(host)
    if "/" in rest or "@" in rest:
        raise ValueError(f"{text!r} names no host alone: leave out what follows it.")
    if at and not _literal(at):
        raise ValueError(f"{text!r}: behind = stands an address such as 10.0.0.7.")
    if scheme not in _PORTS or not host or "*" in host.removeprefix("*."):
        raise ValueError(f"{text!r} names no host: write example.org, *.example.org or s3://bucket=https://host.")
    ip = at or (str(literal) if literal else "")
    if scheme == "http" and not (ip and ipaddress.ip_address(ip).is_loopback):
        raise ValueError(f"{text!r}: only this machine may be named with http, such as http://127.0.0.1:9000.")
    return _Entry(scheme, host, port, ip)


def _host_and_port(rest: str, scheme: str, text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{rest}")
        return (parts.hostname or "").lower().rstrip("."), parts.port or _PORTS.get(scheme, 0)
    except ValueError:
        raise ValueError(f"{text!r} names no host: its port is wrong.") from None


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _resolved(host: str, port: int) -> str:
    """Return the address of a name; one private address among several is enough to refuse all."""
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise RemoteAway(f"Nobody knows the host {_short(host)} now; try again in a minute.") from error
    addresses = [str(each[4][0]) for each in told]
    for address in addresses:
        if not is_public(address):
            raise NotReachable(f"{_short(host)} is at {address}, a private address, which is not read.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Return whether an address is one of the public network, and hides no other."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.is_multicast or not ip.is_global or ip.is_reserved:
        return False
    return ip.version == 4 or not (ip.ipv4_mapped or any(ip in network for network in _HIDDEN))


def _origin(parts: SplitResult, port: int) -> str:
    usual = _PORTS.get(parts.scheme) == port
    return _short(f"{parts.scheme}://{parts.hostname}" + ("" if usual else f":{port}"))


def _short(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:100]


_source: list[Callable[[], Policy]] = [Policy]


def tell(source: Callable[[], Policy]) -> None:
    """Say where the policy stands from now on."""
    _source[0] = source


def policy() -> Policy:
    """Return what may be read in this moment; nothing until somebody tells."""
    return _source[0]()


def hosts_of(urls: Sequence[str]) -> list[str]:
    """Return the hosts of addresses, each once, for people."""
    return sorted({_short(urlsplit(url).hostname or "") for url in urls} - {""})
