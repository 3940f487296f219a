"""Which hosts are read from: those that an operator named, at public addresses unless he says otherwise."""

import socket

import pytest

from mlcore.errors import NotReachable, RemoteAway
from mlcore.remote import Policy
from mlcore.remote.hosts import is_public


def resolving(monkeypatch, *addresses: str) -> None:
    """Let every name be at these addresses."""
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: told)


def test_it_works(monkeypatch) -> None:
    resolving(monkeypatch, "93.184.216.34")
    place = Policy(("example.org",)).place("https://example.org/a/b.tif?x=1")
    assert (place.ip, place.host, place.port, place.path) == ("93.184.216.34", "example.org", 443, "/a/b.tif?x=1")


def test_without_any_host_nothing_is_read() -> None:
    with pytest.raises(NotReachable, match="off here. An operator names it in REMOTE_HOSTS"):
        Policy().place("https://example.org/a.tif")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.tif",
        "https://example.org.evil.net/a.tif",
        "https://evil.net/example.org",
        "https://example.org:8443/a.tif",
        "http://example.org/a.tif",
        "https://other.example.org/a.tif",
        "https://user:word@example.org/a.tif",
        "https://example.org@evil.net/a.tif",
        "file:///etc/passwd",
        "/vsicurl/https://example.org/a.tif",
        "/vsis3/bucket/a.tif",
        "/etc/passwd",
        "ftp://example.org/a.tif",
        "gopher://example.org/",
        "https:///a.tif",
        "https://example.org:port/a.tif",
        "https://example.org/\n",
        "https://[::1]/a.tif",
        "https://2130706433/a.tif",
        "s3://bucket/a.tif",
        "",
        "https://" + "a" * 3000,
    ],
)
def test_other_addresses_are_refused_before_anybody_is_asked(url: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: pytest.fail("asked"))
    with pytest.raises(NotReachable):
        Policy(("example.org",)).place(url if url.startswith("s3") is False else Policy(("example.org",)).address(url))


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "100.64.0.1", "224.0.0.1", "172.16.0.1", "fec0::1",
    "255.255.255.255",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_read(address: str, monkeypatch) -> None:
    assert not is_public(address)
    resolving(monkeypatch, address)
    with pytest.raises(NotReachable, match="a private address"):
        Policy(("example.org",)).place("https://example.org/a.tif")


def test_one_private_address_among_public_ones_is_enough(monkeypatch) -> None:
    resolving(monkeypatch, "93.184.216.34", "127.0.0.1")
    with pytest.raises(NotReachable, match="127.0.0.1, a private address"):
        Policy(("example.org",)).place("https://example.org/a.tif")


def test_a_private_address_that_is_named_is_read_there_and_nowhere_else(monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: pytest.fail("asked"))
    assert Policy(("stac.lan=10.0.0.7",)).place("https://stac.lan/a.tif").ip == "10.0.0.7"


def test_names_below_a_host(monkeypatch) -> None:
    resolving(monkeypatch, "93.184.216.34")
    rules = Policy(("*.example.org",))
    assert rules.place("https://a.b.example.org/c").host == "a.b.example.org"
    for url in ("https://example.org/c", "https://badexample.org/c"):
        with pytest.raises(NotReachable, match="not among the hosts"):
            rules.place(url)


def test_a_bucket_has_an_address_of_https() -> None:
    rules = Policy(("s3://scenes=https://scenes.s3.us-west-2.amazonaws.com",))
    assert rules.address("s3://scenes/a/b.tif") == "https://scenes.s3.us-west-2.amazonaws.com/a/b.tif"
    with pytest.raises(NotReachable, match="bucket others is not among"):
        rules.address("s3://others/a.tif")


def test_http_is_for_this_machine_in_development() -> None:
    assert Policy(("http://127.0.0.1:9000",), plain=True).place("http://127.0.0.1:9000/a").port == 9000
    with pytest.raises(NotReachable, match="by HTTPS only"):
        Policy(("http://127.0.0.1:9000",)).place("http://127.0.0.1:9000/a")


@pytest.mark.parametrize(
    "entry", ["http://example.org", "http://10.0.0.7", "a/b", "", "*", "a=b", "ftp://a", "a:b", "exa*ple.org"]
)
def test_an_entry_that_makes_no_sense_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="names no host|this machine|behind ="):
        Policy((entry,))


def test_an_unknown_name_may_be_known_in_a_minute(monkeypatch) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RemoteAway, match="Nobody knows the host example.org"):
        Policy(("example.org",)).place("https://example.org/a")
