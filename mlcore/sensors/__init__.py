"""Sensors: what they are, the table of those known, and guesses for files that do not say."""

from mlcore.sensors.composing import composites_of
from mlcore.sensors.guess import Clues, Guess, guess, guess_sensor, spectrometer
from mlcore.sensors.sensor import LEVELS, Band, Composite, Modality, Quantity, Sensor, sensor_from_dict
from mlcore.sensors.spectrometers import SPECTROMETERS
from mlcore.sensors.table import SENSORS, get_sensor, unknown_sensor

__all__ = [
    "LEVELS",
    "SENSORS",
    "SPECTROMETERS",
    "Band",
    "Clues",
    "Composite",
    "Guess",
    "Modality",
    "Quantity",
    "Sensor",
    "composites_of",
    "get_sensor",
    "guess",
    "guess_sensor",
    "sensor_from_dict",
    "spectrometer",
    "unknown_sensor",
]
