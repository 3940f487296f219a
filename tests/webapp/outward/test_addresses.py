"""Where messages may go: to public hosts, and to those that the operator names."""

import socket

import pytest

from webapp.outward.addresses import Refused, check_url, resolve

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "ff02::1", "fec0::1",
]  # fmt: skip


def answering(monkeypatch, *ips: str) -> None:
    """Let every name mean these machines."""
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ips]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known)


def test_it_works(monkeypatch):
    answering(monkeypatch, "93.184.215.14")
    target = resolve("https://Example.org:8443/hook?key=1")
    assert (target.host, target.port, target.path, target.tls) == ("example.org", 8443, "/hook?key=1", True)
    assert target.ip == "93.184.215.14"


@pytest.mark.parametrize("ip", PRIVATE)
def test_what_a_name_means_must_be_public(monkeypatch, ip):
    answering(monkeypatch, "93.184.215.14", ip)
    with pytest.raises(Refused, match="no host of the public network"):
        resolve("https://example.org/")


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_numbers_are_refused_before_they_are_asked_for(ip):
    host = f"[{ip}]" if ":" in ip else ip
    with pytest.raises(Refused, match="no host of the public network"):
        check_url(f"https://{host}/")


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "intranet", "017700000001", "a.1"])
def test_other_spellings_of_near_hosts_are_refused(host):
    with pytest.raises(Refused):
        resolve(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "ftp://example.org/", "file:///etc/passwd", "http://example.org/", "https://", "https:///x",
        "https://a b.org/",
        "https://name:word@example.org/", "https://example.org/#x", "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/\r\nX: y", "https://exämple.org/", "https://[::1/", "gopher://example.org/",
        "https://example.org\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url):
    with pytest.raises(Refused):
        check_url(url)


def test_an_operator_names_hosts_inside(monkeypatch, settings):
    settings.WEBHOOK_HOSTS = ["hooks.intern"]
    answering(monkeypatch, "10.0.0.7")
    target = resolve("http://hooks.intern:8080/")
    assert (target.ip, target.port, target.tls) == ("10.0.0.7", 8080, False)
    with pytest.raises(Refused):
        resolve("https://other.example.org/")


def test_a_name_of_nobody_is_told(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Refused, match="no host example.org"):
        resolve("https://example.org/")
