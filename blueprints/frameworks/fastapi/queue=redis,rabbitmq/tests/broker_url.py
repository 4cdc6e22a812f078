"""Where the broker of the tests is."""

import os
from pathlib import Path

from dotenv import dotenv_values

# The environment wins over .env.
_ENVIRONMENT = {**dotenv_values(Path(__file__).parents[1] / ".env"), **os.environ}
TEST_BROKER_URL = _ENVIRONMENT.get("TEST_BROKER_URL") or ""
