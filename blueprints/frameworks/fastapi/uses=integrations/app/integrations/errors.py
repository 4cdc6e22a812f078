"""What can go wrong with another service; no text tells a token, a body or a query."""


class IntegrationError(Exception):
    """Another service did not do what it was asked for."""

    def __init__(self, service: str, message: str) -> None:
        super().__init__(f"the service “{service}” {message}")
        self.service = service


class ServiceFailedError(IntegrationError):
    """It is away, too slow, failing, or answers otherwise than agreed. Later it may be well.

    `again` tells whether it may be well at once, `wait_seconds` what it asked to wait, `field` the
    JSON key that was not as agreed.
    """

    def __init__(
        self,
        service: str,
        message: str,
        *,
        again: bool = False,
        wait_seconds: float | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(service, message)
        self.again = again
        self.wait_seconds = wait_seconds
        self.field = field


class RequestRefusedError(IntegrationError):
    """It understood, and said no: asking the same again changes nothing."""

    def __init__(self, service: str, status: int) -> None:
        super().__init__(service, f"refused the request with status {status}")
        self.status = status
