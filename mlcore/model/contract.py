"""What a checkpoint promises about its inputs, in words and numbers that outlive this code; JSON."""

from typing import Any

from mlcore.model import slots
from mlcore.model.context import CONTEXT_DIM, PLACE_DIM, WEATHER_DIM
from mlcore.model.knowledge import KNOWLEDGE
from mlcore.samples import WEATHER
from mlcore.sensors import LEVELS, Modality, Quantity

_SCALES = {
    Quantity.DIGITAL_NUMBER: "log(1 + x); uncalibrated, so that a gain is only a shift",
    Quantity.RADIANCE: "log(1 + x)",
    Quantity.REFLECTANCE: "log(x + 0.02) + 4, x in 0..1 (up to 10)",
    Quantity.REFLECTANCE_1E4: "log(x / 10000 + 0.02) + 4",
    Quantity.BRIGHTNESS_TEMPERATURE: "(x - 280 K) / 20 K",
    Quantity.DECIBEL: "x / 5 dB, clipped to -50..30 dB",
    Quantity.METRE: "x / 100 m",
    Quantity.INDEX: "x",
}


def input_contract() -> dict[str, Any]:
    """Return bands, units, normalisation and metadata that encoders of this version read."""
    return {
        "modalities": [modality.value for modality in Modality],
        "bands": {
            "count": "1 to 512 a chip",
            "optical": "centre and width in nm; lattice of slots " + ", ".join(f"{nm:.0f}" for nm in slots.OPTICAL_NM),
            "sar": "polarisation VV, VH, HH or HV; never a wavelength",
            "other": "by quantity, or numbered where nobody knows more",
        },
        "tile": "at least 1 x 1 px, any shape, with a mask; masked pixels and NaN count nowhere",
        "units": {quantity.value: scale for quantity, scale in _SCALES.items()},
        "metadata": {
            "chip": f"gsd (m), date, orbit, incidence (degrees), frequency (GHz): {CONTEXT_DIM} numbers",
            "place": f"longitude, latitude: {PLACE_DIM} numbers",
            "weather": {"variables": list(WEATHER), "numbers a step": WEATHER_DIM},
            "levels": list(LEVELS),
            "knowledge on request": list(KNOWLEDGE),
        },
    }
