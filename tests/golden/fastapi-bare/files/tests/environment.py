"""What the tests of this service need besides the common settings and fixtures."""

TEST_SETTINGS: dict[str, object] = {}
FIXTURES = ["tests.callers"]
