"""What lies in a bucket is read by HTTP, in parts and without a key."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from mlcore.errors import NotReachable, RemoteChanged, RemoteGone
from mlcore.raster.info import DEFAULT_LIMITS
from mlcore.raster.stacking import Wanted, stacked
from mlcore.raster.stacks import StackDataset
from mlcore.remote import policy
from mlcore.remote.ranges import chunks
from tests import buckets
from tests.hosts import allowed
from tests.rasters import ramp, write_raster


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[buckets.Server]:
    """Return a server of buckets."""
    for name, value in buckets.KEYS.items():
        monkeypatch.setenv(name, value)
    with buckets.serving() as server:
        yield server


def test_it_works(server: buckets.Server, tmp_path: Path) -> None:
    bucket = server.new_bucket().split("/")[2]
    values = ramp(2, 128, 128, "uint16")
    path = write_raster(tmp_path / "a.tif", values)
    server.client().put_object(Bucket=bucket, Key="x/a.tif", Body=path.read_bytes(), ACL="public-read")
    with allowed(f"s3://{bucket}={server.endpoint}/{bucket}"):
        url = policy().address(f"s3://{bucket}/x/a.tif")
        stack = stacked([Wanted(url)], {}, DEFAULT_LIMITS)
        with ExitStack() as held:
            assert np.array_equal(StackDataset(stack, held, "a").read(), values)
        with pytest.raises(RemoteGone, match="no such thing"):
            stacked([Wanted(policy().address(f"s3://{bucket}/x/b.tif"))], {}, DEFAULT_LIMITS)
        with pytest.raises(NotReachable, match="not among those that are read"):
            policy().address("s3://other/x/a.tif")
        server.client().put_object(Bucket=bucket, Key="x/a.tif", Body=path.read_bytes() + b"0", ACL="public-read")
        chunks.clear()
        with ExitStack() as held, pytest.raises(RemoteChanged):
            StackDataset(stack, held, "a").read()
