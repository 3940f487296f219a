"""Answers of hosts: within limits, redirects looked at, faults told apart."""

import socket
from collections.abc import Iterator

import pytest

from mlcore.errors import FileTooLarge, NotReachable, RemoteAway, RemoteChanged, RemoteGone
from mlcore.remote import RangeFile, fetch, pin
from mlcore.remote.ranges import CHUNK, chunks
from tests.hosts import Host, allowed, serving


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url, seconds=2.0):
        yield host


def test_it_works(host: Host) -> None:
    url = host.put("/a.json", {"a": 1})
    answer = fetch(url)
    assert (answer.status, answer.body) == (200, b'{"a": 1}')


def test_a_redirect_to_a_host_that_is_not_named_is_not_followed(host: Host) -> None:
    for target in ("http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "file:///etc/passwd", ""):
        host.redirects["/a"] = target
        with pytest.raises(NotReachable):
            fetch(host.url + "/a")


def test_a_redirect_within_the_host_is_followed(host: Host) -> None:
    host.put("/b", b"here")
    host.redirects["/a"] = "/b"
    assert fetch(host.url + "/a").body == b"here"


def test_a_ring_of_redirects_ends(host: Host) -> None:
    host.redirects["/a"] = "/a"
    with pytest.raises(NotReachable, match="leads from one address to the next"):
        fetch(host.url + "/a")
    assert len(host.asked) == 4


def test_faults_are_told_apart(host: Host) -> None:
    host.behaviour["/away"] = "away"
    with pytest.raises(RemoteAway, match="has a fault now"):
        fetch(host.url + "/away")
    with pytest.raises(RemoteGone, match="no such thing"):
        fetch(host.url + "/nothing")
    with allowed("http://127.0.0.1:1"), pytest.raises(RemoteAway, match="does not answer"):
        fetch("http://127.0.0.1:1/")


def test_no_more_is_taken_than_was_meant(host: Host) -> None:
    url = host.put("/big", b"x" * 100_000)
    with pytest.raises(FileTooLarge, match="more than 1,000 bytes"):
        fetch(url, most=1000)


def test_a_slow_host_is_left(host: Host) -> None:
    url = host.put("/slow", b"x" * 1000)
    host.behaviour["/slow"] = "slow"
    with pytest.raises(RemoteAway, match="too slow"):
        fetch(url)


def test_a_name_that_moves_after_it_was_checked_is_not_followed(host: Host, monkeypatch) -> None:
    """Test that the connection goes to the address that was checked, whatever the name says a moment later."""
    told = iter(["127.0.0.1", "10.0.0.1"])
    real = socket.getaddrinfo

    def rebinding(name: str, *args: object, **options: object) -> object:
        return real(next(told), *args, **options) if name == "moving.example" else real(name, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with allowed("moving.example"), pytest.raises(NotReachable, match="private address"):
        fetch("https://moving.example/a")
    assert host.asked == []


def test_parts_of_a_file_are_read_and_kept(host: Host) -> None:
    content = bytes(range(256)) * 2000
    pinned, start = pin(host.put("/a.tif", content))
    assert (pinned.size, start) == (len(content), content[: 2**16])
    file = RangeFile(pinned)
    file.seek(CHUNK - 10)
    assert file.read(20) == content[CHUNK - 10 : CHUNK + 10]
    asked = len(host.asked)
    file.seek(CHUNK)
    assert file.read(5) == content[CHUNK : CHUNK + 5]
    assert len(host.asked) == asked
    file.seek(-4, 2)
    assert file.read() == content[-4:]
    assert file.read() == b""


def test_a_file_that_changed_is_noticed(host: Host) -> None:
    pinned, _ = pin(host.put("/a.tif", b"a" * 300_000))
    for content in (b"b" * 300_000, b"a" * 300_001):
        host.put("/a.tif", content)
        chunks.clear()
        file = RangeFile(pinned)
        assert file.read(10) == b""
        assert isinstance(file.fault, RemoteChanged)
        assert "has changed since it was added" in str(file.fault)


@pytest.mark.parametrize("behaviour", ["short", "other", "away"])
def test_parts_that_are_not_those_asked_for_are_tried_again(host: Host, behaviour: str) -> None:
    pinned, _ = pin(host.put("/a.tif", b"a" * 300_000))
    chunks.clear()
    host.behaviour["/a.tif"] = behaviour
    file = RangeFile(pinned)
    assert file.read(10) == b""
    assert isinstance(file.fault, RemoteAway)
    assert len(chunks._kept) == 0


def test_a_host_without_ranges_is_refused(host: Host) -> None:
    url = host.put("/a.tif", b"a" * 1000)
    host.behaviour["/a.tif"] = "whole"
    with pytest.raises(NotReachable, match="gives no parts of files"):
        pin(url)


def test_a_monstrous_file_is_refused(host: Host) -> None:
    url = host.put("/a.tif", b"a" * 100_000)
    with allowed(host.url, most_file=50_000), pytest.raises(FileTooLarge, match="at most"):
        pin(url)
