"""Addresses: where messages may go. A name is resolved once, and that very address is connected to.

Nothing inside the network of this site can be reached so, unless its operator names the host in WEBHOOK_HOSTS: a name
that resolves to something else at the second look gains nothing, since there is none.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """Nothing may be sent there, or the name is nobody's."""


@dataclass(frozen=True)
class Target:
    """An address of HTTP, taken apart, and which machine it means."""

    host: str  # as it is named
    port: int
    path: str  # with its query
    tls: bool
    ip: str


def check_url(url: str) -> None:
    """Refuse an address that could never be sent to, without asking what its name means.

    Raises:
        Refused: with what to write instead.
    """
    parts = _split(url)
    host = parts.hostname or ""
    if _is_named(host):
        return
    if parts.scheme != "https":
        raise Refused("Use https; http is for hosts that the operator names (WEBHOOK_HOSTS).")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        if "." not in host.rstrip(".") or host.rstrip(".").rpartition(".")[2].isdigit():
            raise Refused(_private(host)) from None
    else:
        _check(host, literal)


def resolve(url: str) -> Target:
    """Return what an address means now.

    Raises:
        Refused: it may not be sent to, or has no machine.
    """
    check_url(url)
    parts = _split(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"There is no host {host}.") from error
    ips = [str(each[4][0]) for each in known]
    if not ips:
        raise Refused(f"There is no host {host}.")
    if not _is_named(host):
        for ip in ips:
            _check(host, ipaddress.ip_address(ip.partition("%")[0]))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, path, tls, ips[0])


def _split(url: str) -> SplitResult:
    plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    try:
        parts = urlsplit(url) if plain else None
        named = bool(parts and parts.hostname and (parts.port is None or parts.port > 0))
    except ValueError:
        parts, named = None, False
    if parts is None or not named or parts.scheme not in ("https", "http") or parts.username or parts.fragment:
        raise Refused("Write an address such as https://example.org/hook, without a name and password and without #.")
    return parts


def _is_named(host: str) -> bool:
    """Return whether the operator names this host."""
    return host in {each.lower() for each in settings.WEBHOOK_HOSTS}


def _check(host: str, ip: Ip) -> None:
    """Refuse what is not an address of one machine in the public network, however it is written."""
    inner: list[Ip] = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inner += [each for each in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if each]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.is_site_local:
            raise Refused(_private(host))
    if any(not each.is_global or each.is_multicast or each.is_reserved for each in inner):
        raise Refused(_private(host))


def _private(host: str) -> str:
    return f"{host} is no host of the public network; an operator can allow it (WEBHOOK_HOSTS)."
