"""Composing: bands from plain rows, and the pictures that a set of bands can be shown as."""

from collections.abc import Sequence

from mlcore.sensors.sensor import Band, Composite

Row = tuple[str, str, float, float]  # name, title, centre and width in nm

# Name of a composite, its title, and for red, green and blue where its band is looked for: nm from, to, and best at.
_BLUE, _GREEN, _RED = (430, 520, 480), (520, 600, 560), (600, 700, 660)
_NEAR_INFRARED, _SHORT_1, _SHORT_2 = (740, 1000, 842), (1500, 1800, 1620), (2050, 2450, 2200)
_COMPOSITES = (
    ("true", "True colour", (_RED, _GREEN, _BLUE)),
    ("false", "False colour (vegetation red)", (_NEAR_INFRARED, _RED, _GREEN)),
    ("swir", "Shortwave infrared", (_SHORT_2, _NEAR_INFRARED, _RED)),
    ("agriculture", "Agriculture", (_SHORT_1, _NEAR_INFRARED, _BLUE)),
)
_MOST_GREY = 12  # composites of a single band


def optical(*rows: Row) -> tuple[Band, ...]:
    """Return optical bands."""
    return tuple(Band(name, title, centre, width) for name, title, centre, width in rows)


def composites_of(bands: Sequence[Band]) -> tuple[Composite, ...]:
    """Return the composites that the wavelengths of bands allow; without any, the first bands and each by itself."""
    chosen = [(name, title, [_nearest(bands, *place) for place in places]) for name, title, places in _COMPOSITES]
    fitting = [Composite(name, title, tuple(filter(None, picked))) for name, title, picked in chosen if all(picked)]
    if fitting:
        return tuple(fitting)
    names = tuple(band.name for band in bands)
    first = [Composite("first", "First three bands", names[:3])] if len(names) >= 3 else []
    single = [Composite(f"band-{band.name}", _alone(band), (band.name,)) for band in bands[:_MOST_GREY]]
    return (*first, *single)


def _alone(band: Band) -> str:
    """Return what the picture of a single band is called: where its light lies, if that is known."""
    seen = f"{band.wavelength_nm:.0f} nm" if band.wavelength_nm else ""
    return ", ".join(filter(None, (f"Band {band.name}", seen)))


def _nearest(bands: Sequence[Band], low: float, high: float, best: float) -> str | None:
    inside = [band for band in bands if band.wavelength_nm and low <= band.wavelength_nm < high]
    return min(inside, key=lambda band: abs((band.wavelength_nm or 0) - best)).name if inside else None
