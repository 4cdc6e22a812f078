"""What is particular to this project: its names and the choices made for its HTTP interface."""

from typing import Literal

NAME = "shop"
TITLE = "Corner shop"
DESCRIPTION = "Products, the suppliers they come from and the tags they are found by."
VERSION = "0.1.0"

BASE_PATH = "/api/v1"
JSON_CASE: Literal["camel", "snake"] = "camel"

# Whether there are users who log in.
ACCOUNTS = True

# What carries events and jobs to the worker; without one, the service does their work itself.
QUEUE = "none"

# The databases that the service has a driver for.
DATABASES = ("sqlite",)
DEFAULT_DATABASE_URL = "sqlite:///./dev.db"
