"""What the tests of this service need besides the common settings and fixtures."""

TEST_SETTINGS: dict[str, object] = {
    "jwt_secret": "only-for-tests-0123456789-long-enough-for-every-hmac-abcdefghijkl",
    "auth_rate_limit_per_minute": 0,
}
FIXTURES = ["tests.callers"]
