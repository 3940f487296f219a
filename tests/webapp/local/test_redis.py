"""The private Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.webapp.local.servers import start
from webapp.celery import broker_url
from webapp.local.leftovers import lives
from webapp.local.place import Place
from webapp.local.redis import Redis


@pytest.fixture
def server(var_dir: Path) -> Iterator[Redis]:
    made = Redis(Place(var_dir / "redis"))
    start(made)
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
    start(server)
    assert redis.Redis.from_url(server.url()).get("key") == b"value"


def test_a_second_one_takes_the_place_of_the_first(server: Redis) -> None:
    client = redis.Redis.from_url(server.url())
    client.set("key", "value")
    before = client.info()["process_id"]
    start(server)
    assert redis.Redis.from_url(server.url()).get("key") == b"value"
    assert not lives(before)


def test_it_listens_on_no_port(server: Redis) -> None:
    assert redis.Redis.from_url(server.url()).config_get("port") == {"port": "0"}


def test_the_broker_speaks_its_own_dialect_of_the_address() -> None:
    assert broker_url("unix:///run/r.sock?db=3") == "redis+socket:///run/r.sock?virtual_host=3"
    assert broker_url("redis://host:6379/3") == "redis://host:6379/3"
