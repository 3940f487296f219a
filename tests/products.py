"""Products of EnMAP, DESIS and PlanetScope as their archives deliver them, small and built in code."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.containers import Bundle, grouped
from tests.rasters import ramp, write_raster

STEM = "ENMAP01-____L2A-DT0000001049_20220612T105735Z_028_V010303_20230922T131826Z"
ENMAP = """<bandID number="{n}"><wavelengthCenterOfBand>{centre}</wavelengthCenterOfBand>
<FWHMOfBand>{width}</FWHMOfBand><GainOfBand>{gain}</GainOfBand><OffsetOfBand>{offset}</OffsetOfBand></bandID>"""
DESIS = """<band><bandNumber>{n}</bandNumber><wavelengthCenterOfBand>{centre}</wavelengthCenterOfBand>
<wavelengthWidthOfBand>{width}</wavelengthWidthOfBand><response>0.1, 0.9</response><wavelengths>400, 401</wavelengths>
<gainOfBand>{gain}</gainOfBand><offsetOfBand>{offset}</offsetOfBand></band>"""
CENTRES = (423.03, 655.4, 864.0, 1648.5)


def text_of(band: str, *, level: str = "L2A", gain: str = "0.0001", offset: str = "0.0", sun: str = "") -> str:
    """Return a METADATA.XML whose bands are written as one of the two does."""
    bands = "".join(
        band.format(n=number, centre=centre, width=6.99 + number, gain=gain, offset=offset)
        for number, centre in enumerate(CENTRES, start=1)
    )
    return (
        f"<hsi_doc><base><level>{level}</level><startTime>2022-06-12T10:57:35.123Z</startTime></base><specific>"
        f"<backgroundValue>-32768</backgroundValue>{sun}<bandCharacterisation>{bands}</bandCharacterisation>"
        "<interiorOrientation><band><wavelengthCenterOfBand>1</wavelengthCenterOfBand></band></interiorOrientation>"
        "</specific></hsi_doc>"
    )


def cube(path: Path, count: int = 4) -> Path:
    """Write a cube whose first rows hold nothing."""
    values = (np.arange(count * 24 * 32).reshape(count, 24, 32) % 5000).astype(np.int16)
    values[:, :4] = -32768
    return write_raster(path, values)


def spectral_product(folder: Path, stem: str = STEM, *, masks: bool = True, text: str = "") -> Bundle:
    """Write a product and return it as it is grouped."""
    sun = "<sunElevationAngle><upper_left>1</upper_left><center>61.25</center></sunElevationAngle>"
    cube(folder / f"{stem}-SPECTRAL_IMAGE.TIF")
    (folder / f"{stem}-METADATA.XML").write_text(text or text_of(ENMAP, sun=sun))
    if masks:
        cloud, shadow = (np.zeros((1, 24, 32), np.uint8) for _ in range(2))
        cloud[:, 4:10], shadow[:, 10:12, :16] = 1, 1
        write_raster(folder / f"{stem}-QL_QUALITY_CLOUD.TIF", cloud)
        write_raster(folder / f"{stem}-QL_QUALITY_CLOUDSHADOW.TIF", shadow)
        write_raster(folder / f"{stem}-QL_QUALITY_HAZE.TIF", cloud)
    (group,) = grouped(sorted(path.name for path in folder.iterdir()))
    assert group.container == "spectral"
    return Bundle(group.name, {name: folder / name for name in group.members})


PLANET, UDM2 = "20210708_101112_78_2414_3B_AnalyticMS_SR_clip.tif", "20210708_101112_78_2414_3B_udm2_clip.tif"


def planet_product(folder: Path, mask: NDArray[np.uint8] | None = None) -> Bundle:
    """Write an image with its UDM2 and return them as they are grouped."""
    if mask is None:
        mask = np.zeros((8, 24, 32), np.uint8)
        for row, layer in enumerate((0, 1, 2, 3, 4, 5)):  # a row of each
            mask[layer, row] = 1
        mask[0, 6:] = 1
        mask[6] = 90
        mask[7, 23] = 1  # black, whatever else is said
    write_raster(folder / PLANET, ramp(4, 24, 32, "uint16"), nodata=0)
    write_raster(folder / UDM2, mask)
    (group,) = grouped([PLANET, UDM2])
    assert (group.container, group.members) == ("planet", (PLANET, UDM2))
    return Bundle(group.name, {name: folder / name for name in group.members})
