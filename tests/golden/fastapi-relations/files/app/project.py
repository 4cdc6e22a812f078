"""What is particular to this project: its names and the choices made for its HTTP interface."""

from typing import Literal

NAME = "club-house"
TITLE = "Club House"
DESCRIPTION = ""
VERSION = "0.1.0"

BASE_PATH = "/api/v1"
JSON_CASE: Literal["camel", "snake"] = "camel"

# Whether there are users who log in.
ACCOUNTS = True

# What carries events and jobs to the worker; without one, the service does their work itself.
QUEUE = "none"

# The databases that the service has a driver for.
DATABASES = ("postgresql",)
DEFAULT_DATABASE_URL = "postgresql://app:development@127.0.0.1:5432/app"
