"""Access tokens (JWT, RFC 7519) and opaque secrets such as refresh tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from app.auth.config import AuthSettings
from app.core.database import uuid7
from app.core.errors import ErrorCode, unauthorized

ALGORITHM = "HS256"
ACCESS = "access"
CLAIMS = ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ"]


@dataclass(frozen=True)
class AccessClaims:
    """What an access token says that we rely on."""

    user_id: UUID
    session_id: UUID


def issue_access_token(user_id: UUID, session_id: UUID, settings: AuthSettings) -> str:
    """Sign an access token for this session."""
    now = datetime.now(UTC)
    claims = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": now,
        "exp": now + timedelta(seconds=settings.access_token_seconds),
        "jti": str(uuid7()),
        "typ": ACCESS,
    }
    return jwt.encode(claims, settings.jwt_secret.get_secret_value(), ALGORITHM)


def read_access_token(token: str, settings: AuthSettings) -> AccessClaims:
    """Check signature, algorithm, issuer, audience, times and kind; 401 otherwise."""
    try:
        claims = jwt.decode(
            token,
            settings.jwt_secret.get_secret_value(),
            algorithms=[ALGORITHM],
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            options={"require": CLAIMS},
        )
        if claims["typ"] != ACCESS:
            raise unauthorized("This is no access token.")
        return AccessClaims(UUID(claims["sub"]), UUID(claims["sid"]))
    except jwt.ExpiredSignatureError:
        raise unauthorized("The access token has expired.", ErrorCode.TOKEN_EXPIRED) from None
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise unauthorized("The access token is not valid.") from None


def new_secret() -> tuple[str, str]:
    """A random token for a person, and the hash of it for the database."""
    token = secrets.token_urlsafe(32)
    return token, hash_secret(token)


def hash_secret(token: str) -> str:
    """SHA-256 suffices for 256 random bits: there is nothing to guess."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
