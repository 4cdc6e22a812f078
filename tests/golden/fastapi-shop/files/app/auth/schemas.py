"""Bodies and answers of /auth."""

from typing import Annotated, Literal

from pydantic import WithJsonSchema

from app.auth.password_policy import Password, PasswordType
from app.core import fields
from app.core.answers import Wire
from app.core.bodies import Body
from app.users.schemas import Email, PersonName

# Checked by the service, after what comes first: the account, the current password, the token.
AnyPassword = Annotated[
    str,
    fields.Text(max=10_000, example="Analytical-Engine-1843"),
]
# Documented like any password that is set.
LatePassword = Annotated[
    str,
    fields.Text(max=10_000, example="Analytical-Engine-1843"),
    WithJsonSchema(PasswordType().schema()),
]
Token = Annotated[
    str,
    fields.Text(max=10_000, example="a-refresh-token"),
]


class Registration(Body):
    """A new account."""

    email: Email
    password: Password
    name: PersonName


class Login(Body):
    """Address and password."""

    email: Email
    password: AnyPassword


class RefreshBody(Body):
    """A refresh token."""

    refresh_token: Token


class PasswordChange(Body):
    """The current password, and the one to come."""

    current_password: AnyPassword
    new_password: LatePassword


class ResetRequest(Body):
    """The address that gets the mail."""

    email: Email


class ResetConfirmation(Body):
    """The token out of the mail, and the new password."""

    token: Token
    new_password: LatePassword


class TokenPair(Wire):
    """`expiresIn` is the life of the access token in seconds."""

    access_token: Token
    refresh_token: Token
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, fields.Integer(min=1, example=900)]
