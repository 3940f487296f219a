"""Rasters: inspect, convert, read chips, render and write; every file is opened by `opening.open_raster`."""
