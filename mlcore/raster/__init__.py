"""Rasters: inspect, convert, read chips, render and write; every file is opened by `opening.open_raster`."""

import os

# MB of blocks that GDAL keeps in a process; left alone it takes a twentieth of the machine's memory in each.
os.environ.setdefault("GDAL_CACHEMAX", "256")
