"""How fast a large raster is taken in, beside `rio cogeo create` in one run: `pytest ... --benchmark-enable`.

The budget is 1.5 times the peer's seconds and 1 GB of memory, for 10,000 x 10,000 px of 4 bands of 16 bits; INGEST_SIDE
makes it smaller. A conversion that is killed leaves nothing in the way of the next.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from annotation import ingest
from annotation.ingest import Status, Wishes
from mlcore.raster.info import inspect
from tests import factories
from tests.rasters import UTM, UTM_ORIGIN

pytestmark = pytest.mark.django_db
BANDS, STRIP, MOST_MEGABYTES = 4, 500, 1000
CONVERT = """
import sys
from pathlib import Path
from mlcore.raster.cog import to_cog
from mlcore.raster.info import inspect
source, target = map(Path, sys.argv[1:])
to_cog(source, target, inspect(source), progress=lambda share: print(share, flush=True))
"""


def write_large(path: Path, side: int) -> Path:
    """Write fields with some noise, in strips, as software for mosaics does."""
    dice = np.random.default_rng(0)
    profile = {"driver": "GTiff", "dtype": "uint16", "count": BANDS, "width": side, "height": side, "crs": UTM}
    with rasterio.open(path, "w", transform=UTM_ORIGIN, **profile) as target:
        for top in range(0, side, STRIP):
            rows = min(STRIP, side - top)
            fields = dice.integers(300, 4000, (BANDS, -(-rows // 50), -(-side // 50))).repeat(50, 1).repeat(50, 2)
            noise = dice.normal(0, 40, (BANDS, rows, side))
            values = (fields[:, :rows, :side] + noise).astype("uint16")
            target.write(values, window=Window(0, top, side, rows))
    return path


def forget_peak() -> None:
    """Let the largest memory of this process count from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes() -> int:
    """Return the largest memory of this process since `forget_peak`."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


def test_a_large_raster_beside_its_peer(benchmark, alice, tmp_path) -> None:
    side = int(os.environ.get("INGEST_SIDE", "10000")) if benchmark.enabled else 600
    source, project = write_large(tmp_path / "large.tif", side), factories.make_project(alice, tile_px=256)

    def take() -> None:
        (result,) = ingest.ingest_files(project, [source], Wishes(), report=lambda *_: None)
        assert result.status is Status.ACCEPTED, result.message

    forget_peak()
    benchmark.pedantic(take, rounds=1)
    assert inspect(project.scenes.get().asset.file).is_cog
    if benchmark.enabled:
        ours, held = benchmark.stats.stats.median, peak_megabytes()
        benchmark.extra_info |= {"side": side, "megabytes": held}
        assert held <= MOST_MEGABYTES
        if (program := Path(sys.executable).with_name("rio")).exists() and _has_cogeo(program):
            began = time.perf_counter()
            subprocess.run([program, "cogeo", "create", source, tmp_path / "peer.tif", "-q"], check=True)
            peer = time.perf_counter() - began
            benchmark.extra_info |= {"seconds of rio cogeo": round(peer, 1), "times its seconds": round(ours / peer, 2)}


def _has_cogeo(program: Path) -> bool:
    return subprocess.run([program, "cogeo", "--version"], capture_output=True, check=False).returncode == 0


def test_a_conversion_that_is_killed_leaves_nothing_in_the_way(tmp_path) -> None:
    source, target = write_large(tmp_path / "large.tif", 1500), tmp_path / "out" / "done.tif"
    target.parent.mkdir()
    command = [sys.executable, "-c", CONVERT, str(source), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it is under way
        process.send_signal(signal.SIGKILL)
    assert not target.exists()
    assert all(path.name.startswith(".") for path in target.parent.iterdir())
    subprocess.run(command, check=True, capture_output=True)
    assert inspect(target).is_cog
    shutil.rmtree(target.parent)
