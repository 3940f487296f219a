"""The cache in Redis: for speed alone. Where Redis is gone it forgets, and whoever asks goes to the database."""

import json
import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.core.serializers.json import DjangoJSONEncoder
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

LEAVE_ALONE_SECONDS = 1.0  # after a failure: an address that does not answer must not delay each request
MOST_OWED = 100_000
WRITES = {"set", "touch", "delete", "incr", "add"}
DEFAULTS: dict[str, Callable[..., Any]] = {  # what each call answers where nothing is known, from what it was given
    "get": lambda key, default: default,
    "get_many": lambda keys: {},
    "add": lambda *_: True,
    "set": lambda *_: None,
    "set_many": lambda *_: None,
    "touch": lambda *_: False,
    "delete": lambda *_: False,
    "delete_many": lambda *_: None,
    "has_key": lambda *_: False,
    "clear": lambda *_: False,
}


class Json:
    """Values as JSON: what lies in Redis is read, never run as a pickle would be."""

    def dumps(self, value: Any) -> bytes | int:
        """Write a value; a whole number as Redis counts it."""
        return value if type(value) is int else json.dumps(value, cls=DjangoJSONEncoder).encode()

    def loads(self, data: bytes) -> Any:
        """Read a value; what an older release wrote is not there."""
        try:
            return json.loads(data)
        except ValueError:
            return None


class LastingClient(RedisCacheClient):
    """Django's client, which makes a new one of the library's for each call: that takes longer than the call."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._lasting: dict[int, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        """Return the client of a key's server."""
        server = self._get_connection_pool_index(write)  # type: ignore[attr-defined]  # not in the stubs
        if server not in self._lasting:
            self._lasting[server] = super().get_client(key, write=write)
        return self._lasting[server]


class ForgetfulClient:
    """A client that takes a Redis which doesn't answer for an empty one, or asks the cache named as fallback."""

    def __init__(self, servers: list[str], *, fallback: str = "", **options: Any) -> None:
        # By default the library tries a refused connection for seconds; here a refusal is an answer.
        timeouts: dict[str, Any] = {"socket_connect_timeout": 1.0, "socket_timeout": 2.0}
        ours = {**timeouts, "retry": Retry(NoBackoff(), 0), "serializer": Json}
        self._client = LastingClient(servers, **{**ours, **options})
        self._fallback = fallback
        self._owed: set[str] = set()  # keys whose values in Redis are old: removed before anything is read again
        self.failed_at: float | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return one of the calls of a cache client, made forgiving."""
        return partial(self._call, name)

    def _call(self, name: str, *args: Any) -> Any:
        if self.failed_at is None or time.monotonic() - self.failed_at > LEAVE_ALONE_SECONDS:
            try:
                if self._owed:
                    self._client.delete_many(self._owed)
                    self._owed = set()
                answer = getattr(self._client, name)(*args)
            except RedisError as error:
                if self.failed_at is None:
                    logger.warning("Redis does not answer; all goes on without it, but slower: %s", error)
                self.failed_at = time.monotonic()
            else:
                self.failed_at = None
                return answer
        self._owe(name, *args)
        return self._without(name, *args)

    def _owe(self, name: str, *args: Any) -> None:
        written: Iterable[str] = [args[0]] if name in WRITES else args[0] if name.endswith("_many") else []
        if name != "get_many" and len(self._owed) < MOST_OWED:
            self._owed.update(written)

    def _without(self, name: str, *args: Any) -> Any:
        if self._fallback:
            return getattr(caches[self._fallback], name)(*args)
        if name == "incr":
            raise ValueError(f"Key {args[0]!r} not found")
        return DEFAULTS[name](*args)


class ForgetfulCache(RedisCache):
    """Redis while it answers."""

    _cache: ForgetfulClient  # type: ignore[assignment]  # it takes the same calls, by __getattr__

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgetfulClient

    @property
    def away(self) -> bool:
        """Whether Redis did not answer lately."""
        return self._cache.failed_at is not None


def reachable() -> bool:
    """Return whether Redis answers now."""
    caches["default"].get("reachable")
    return not away()


def away() -> bool:
    """Return whether Redis, which carries the messages to the workers too, did not answer when last asked."""
    return bool(getattr(caches["default"], "away", False))
