"""The enumerations of all entities."""

from enum import StrEnum


class Weather(StrEnum):
    """The values of weather."""

    SUN = "sun"
    LIGHT_RAIN = "light-rain"
    SNOW = "snow"  # Snow "and" ice
