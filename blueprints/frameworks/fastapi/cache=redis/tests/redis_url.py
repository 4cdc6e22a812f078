"""Where the Redis server of the tests is."""

import os
from pathlib import Path

from dotenv import dotenv_values

# The environment wins over .env.
_ENVIRONMENT = {**dotenv_values(Path(__file__).parents[1] / ".env"), **os.environ}
TEST_REDIS_URL = _ENVIRONMENT.get("TEST_REDIS_URL") or ""
