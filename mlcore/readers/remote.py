"""Remote: stacks of files on other people's hosts, read window by window and never whole; made here of catalogues."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from mlcore.files import whole
from mlcore.raster.cog import Progress, to_cog
from mlcore.raster.described import scales_of
from mlcore.raster.info import DEFAULT_LIMITS, Limits, RasterInfo
from mlcore.raster.opening import data_bands
from mlcore.raster.stacks import StackPath, read_stack
from mlcore.readers.rasters import RasterReader
from mlcore.readers.reader import Facts
from mlcore.remote.hosts import hosts_of


@dataclass(frozen=True)
class RemoteInfo(RasterInfo):
    """A stack of remote files as the raster that it is."""

    kind: ClassVar[str] = "remote"


class RemoteReader(RasterReader):
    """A description of ours of which remote files a raster consists."""

    kind = RemoteInfo.kind
    title = "stack of remote files"
    is_sent = False
    facts: ClassVar[type[Facts]] = RemoteInfo

    def begins(self, start: bytes) -> bool:
        """Return False: such files are made here, and one that somebody sends is never followed."""
        return False

    def path_of(self, file: Path) -> Path:
        """Return the description as what opens the files."""
        return file if isinstance(file, StackPath) else StackPath(file)

    def inspect(self, file: Path, *, limits: Limits = DEFAULT_LIMITS) -> RemoteInfo:
        """Say what it describes; the files were looked at when it was made."""
        stack = read_stack(file)
        with StackPath(file).opened() as dataset:
            bands = data_bands(dataset)
            scales, offsets = scales_of(dataset, bands)
        return RemoteInfo(
            driver="GTiff",
            width=stack.width,
            height=stack.height,
            count=len(bands),
            dtype=str(np.result_type(*(stack.bands[number - 1].dtype for number in bands))),
            crs=stack.crs,
            transform=stack.transform,
            nodata=stack.nodata,
            descriptions=tuple(stack.bands[number - 1].name for number in bands),
            is_cog=True,
            tags=dict(stack.tags),
            colours=tuple(stack.bands[number - 1].colour for number in bands),
            scales=scales,
            offsets=offsets,
        )

    def convert(self, source: Path, target: Path, facts: Facts, *, progress: Progress | None = None) -> None:
        """Copy the description."""
        with whole(target) as partial:
            shutil.copyfile(source, partial)

    def bring(self, source: Path, target: Path, *, progress: Progress | None = None) -> RasterInfo:
        """Write what the files hold as a cloud-optimised GeoTIFF of this machine, and return what that is."""
        info = replace(self.inspect(source), is_cog=False)
        to_cog(StackPath(source), target, info, progress=progress)
        return RasterReader().inspect(target)

    def oddities(self, file: Path) -> list[str]:
        """Say that they lie elsewhere."""
        hosts = ", ".join(hosts_of([each.pinned.url for each in read_stack(file).files]))
        return [f"Its pixels are read from {hosts} as they are needed; bring it in to be without that."]
