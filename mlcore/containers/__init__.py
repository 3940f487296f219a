"""Containers: files that hold rasters in another layout than an image's, or that belong together; one registry."""

from pathlib import Path

from mlcore.containers.arrays import Grids, ZarrStore
from mlcore.containers.bands import BandStack
from mlcore.containers.bent import BentImage
from mlcore.containers.clouds import PointCloud
from mlcore.containers.container import Bundle, Container, Layer
from mlcore.containers.described import DescribedImage
from mlcore.containers.envi import EnviCube
from mlcore.containers.grouping import Group, grouped, says_stac
from mlcore.containers.matlab import MatlabCubes
from mlcore.containers.numpies import EOPatch, NumpyArray
from mlcore.containers.placed import PlacedImage
from mlcore.containers.planet import PlanetImage
from mlcore.containers.products import is_product
from mlcore.containers.spectral import SpectralImage
from mlcore.containers.tables import Table
from mlcore.errors import look_up
from mlcore.files import first_bytes

__all__ = [
    "CONTAINERS",
    "Bundle",
    "Container",
    "Group",
    "Layer",
    "container_of",
    "get_container",
    "grouped",
    "is_product",
    "says_stac",
]

CONTAINERS: dict[str, Container] = {
    container.code: container
    for container in (
        BandStack(),
        EnviCube(),
        PlacedImage(),
        DescribedImage(),
        SpectralImage(),
        PlanetImage(),
        BentImage(),
        MatlabCubes(),
        Grids(),
        ZarrStore(),
        PointCloud(),
        Table(),
        NumpyArray(),
        EOPatch(),
    )
}
_START = 520  # bytes


def get_container(code: str) -> Container:
    """Return a kind of container by its code.

    Raises:
        UnknownName: there is no such kind; the message lists those there are.
    """
    return look_up(CONTAINERS, code, "kind of container")


def container_of(file: Path, name: str) -> str | None:
    """Return the code of the container that a single file is, by how it begins; None for what is none."""
    start = first_bytes(file, _START)
    return next((code for code, container in CONTAINERS.items() if container.begins(start, name)), None)
