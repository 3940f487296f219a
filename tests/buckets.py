"""A real S3 server over HTTP on loopback, and buckets in it."""

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3

KEYS = {"AWS_ACCESS_KEY_ID": "terrascribe", "AWS_SECRET_ACCESS_KEY": "terrascribe", "AWS_DEFAULT_REGION": "us-east-1"}
_PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    """A server that is up."""

    endpoint: str

    def new_bucket(self) -> str:
        """Make a bucket and return the address of a prefix in it."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name)
        return f"s3://{name}/terra"

    def client(self) -> boto3.client:
        """Return a client that looks past all that is ours."""
        return boto3.client("s3", endpoint_url=self.endpoint)

    def names(self, url: str) -> list[str]:
        """Return what lies in the bucket of an address."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=url.split("/")[2])
        return [one["Key"] for page in pages for one in page.get("Contents", ())]


@contextmanager
def serving() -> Iterator[Server]:
    """Serve buckets in memory for as long as the body runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **KEYS},
        start_new_session=True,
    )
    try:
        _wait(port, process)
        yield Server(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The S3 server of the tests does not come up.")
