"""What is particular to this project: its names and the choices made for its HTTP interface."""

from typing import Literal

NAME = "field-notes"
TITLE = 'Field "notes" */ ${x} {{y}}'
DESCRIPTION = ""
VERSION = "0.1.0"

BASE_PATH = "/v3"
JSON_CASE: Literal["camel", "snake"] = "snake"

# Whether there are users who log in.
ACCOUNTS = False

# What carries events and jobs to the worker; without one, the service does their work itself.
QUEUE = "none"

# The databases that the service has a driver for.
DATABASES = ("postgresql",)
DEFAULT_DATABASE_URL = "postgresql://app:development@127.0.0.1:5432/app"
