"""The private Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from webapp.celery import broker_url
from webapp.local.place import Place
from webapp.local.redis import Redis


@pytest.fixture
def server(var_dir: Path) -> Iterator[Redis]:
    made = Redis(Place(var_dir / "redis"))
    made.start()
    yield made
    made.stop()


def test_it_works(server: Redis) -> None:
    client = redis.Redis.from_url(server.url())
    client.set("key", "value")
    assert client.get("key") == b"value"


def test_data_survives_a_restart(server: Redis) -> None:
    redis.Redis.from_url(server.url()).set("key", "value")
    server.stop()
    assert not server.running()
    server.start()
    assert redis.Redis.from_url(server.url()).get("key") == b"value"


def test_it_listens_on_no_port(server: Redis) -> None:
    assert redis.Redis.from_url(server.url()).config_get("port") == {"port": "0"}


def test_the_broker_speaks_its_own_dialect_of_the_address() -> None:
    assert broker_url("unix:///run/r.sock?db=3") == "redis+socket:///run/r.sock?virtual_host=3"
    assert broker_url("redis://host:6379/3") == "redis://host:6379/3"
