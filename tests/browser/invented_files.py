"""The invented landscape in files of the shapes that agencies and contests give out."""

import csv
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.warp import transform
from scipy.io import savemat

from tests.browser.invented import landscape
from tests.rasters import write_raster

UTM = "EPSG:32630"
EAST, NORTH = 690_000, 4_222_000
S2_NM = {
    "B1": 443, "B2": 490, "B3": 560, "B4": 665, "B5": 705, "B6": 740, "B7": 783, "B8": 842, "B8A": 865, "B9": 945,
    "B10": 1375, "B11": 1610, "B12": 2190,
}  # fmt: skip
SPACE_NM = np.linspace(420, 2450, 224)
DEAD = ((SPACE_NM > 1350) & (SPACE_NM < 1420)) | (
    (SPACE_NM > 1810) & (SPACE_NM < 1940)
)  # no light comes through the air
POSTS = (
    ("2024-03-02 07:40", 0.30, 0.42, "Water is over the footbridge, nobody can cross", "Roads"),
    ("2024-03-02 08:05", 0.42, 0.60, "We are upstairs with two children, the ground floor is under water", "Rescue"),
    ("2024-03-02 08:20", 0.55, 0.35, "El agua llega hasta la rodilla en la calle del mercado", "Roads"),
    ("2024-03-02 08:50", 0.66, 0.55, "School gym is open as a shelter, blankets are needed", "Shelter"),
    ("2024-03-02 09:15", 0.24, 0.70, "Cattle stand on the dyke, the meadow behind it is a lake", "Farms"),
    ("2024-03-02 09:40", 0.72, 0.28, "Nous n'avons plus d'eau potable depuis hier soir", "Water"),
    ("2024-03-02 10:10", 0.50, 0.48, "Power is off in the whole lower village", "Power"),
    ("2024-03-02 10:45", 0.60, 0.78, "Road to the east is dry, lorries get through", "Roads"),
    ("2024-03-02 11:30", 0.36, 0.24, "Does anybody know whether the pumping station still works?", "Water"),
)  # fmt: skip


def flood_files(folder: Path) -> list[Path]:
    """Write the same ground as Sentinel-2 (reflectance x 10,000) and as Sentinel-1 (dB) saw it, of 384 px of 10 m."""
    land = landscape(768, flood=0.065)
    optical = np.round(1e4 * land.seen(np.array(list(S2_NM.values()), float), 2)).astype(np.uint16)
    optical[10] = 12  # nothing of the ground is seen through the air there
    radar = land.echoed(2).astype(np.float32)
    return [
        raster(folder / "River_S2.tif", optical, 10, tuple(S2_NM)),
        raster(folder / "River_S1.tif", radar, 10, ("VV", "VH")),
    ]


def space_cube(folder: Path) -> Path:
    """Write a spectrometer's tile of 96 px of 30 m in 224 bands, without values where the air is opaque."""
    values = (1e4 * landscape(384, seed=4).seen(SPACE_NM, 4)).astype(np.float32)
    values[DEAD] = -32768
    names = tuple(f"band {number} ({nm:.1f} Nanometers)" for number, nm in enumerate(SPACE_NM, 1))
    return raster(folder / "valley_spectrometer.tif", values, 30, names, nodata=-32768)


def contest_file(folder: Path) -> Path:
    """Write a cube of 48 bands beside a photograph of four times its resolution, as MATLAB does."""
    land = landscape(512, seed=7, houses=50)
    cube = np.round(2e4 * land.seen(np.linspace(380, 1050, 48), 4)).astype(np.uint16)
    photo = np.clip(land.seen(np.array([640.0, 550.0, 460.0]), 1, 0.006) / 0.32, 0, 1) ** 0.6
    path = folder / "village.mat"
    arrays = {"hyprImg": np.moveaxis(cube, 0, -1), "rgbImg": np.moveaxis((255 * photo).astype(np.uint8), 0, -1)}
    savemat(path, arrays, do_compression=True)
    return path


def posts_file(folder: Path) -> Path:
    """Write what people of the flooded village might have written, at places around the middle of it."""
    path = folder / "reports.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "date", "lat", "lon", "title", "categories"])
        for number, (moment, across, down, text, category) in enumerate(POSTS, 1):
            longitude, latitude = place(across, down)
            rows.writerow([number, moment, round(latitude, 6), round(longitude, 6), text, category])
    return path


def place(across: float, down: float) -> tuple[float, float]:
    """Return longitude and latitude within the middle tile of the flooded ground."""
    east, north = EAST + 10 * (128 + 128 * across), NORTH - 10 * (128 + 128 * down)
    (longitude,), (latitude,) = transform(UTM, "EPSG:4326", [east], [north])
    return longitude, latitude


def raster(
    path: Path, values: np.ndarray, metres: float, names: tuple[str, ...], *, nodata: float | None = None
) -> Path:
    """Write bands by name, from the same corner on."""
    corner = Affine(metres, 0, EAST, 0, -metres, NORTH)
    return write_raster(path, values, crs=UTM, transform=corner, descriptions=names, nodata=nodata)
