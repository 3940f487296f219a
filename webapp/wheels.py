"""Find the native libraries that GeoDjango needs inside Python wheels, so that no system GDAL is required."""

from importlib.util import find_spec
from pathlib import Path

# rasterio's extension knows where its wheel keeps libcurl, libproj and the rest; libgdal loaded on its own does not.
# Importing it first also points PROJ to its data, without an environment variable that would mislead PostGIS or pyproj.
import rasterio  # noqa: F401
from django.core.exceptions import ImproperlyConfigured


def library(package: str, name: str) -> str:
    """Return the path of a shared library in a wheel, such as libgdal in rasterio's."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"The package {package} isn't installed; install it with pip.")
    folder = Path(spec.origin).parents[1] / f"{package}.libs"
    for path in sorted(folder.glob(f"{name}-*.so*")):
        return str(path)
    raise ImproperlyConfigured(
        f"No {name} in {folder}: {package} was built from source; set GDAL_LIBRARY_PATH and GEOS_LIBRARY_PATH."
    )
