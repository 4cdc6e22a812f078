/** Bodies and answers of /auth. */

import { createBody } from "../core/bodies.ts";
import { type Field, type JsonObject, text } from "../core/fields.ts";
import { jsonName } from "../core/naming.ts";
import { account, ownFields } from "../users/schemas.ts";
import { passwordField } from "./password-policy.ts";
import type { Tokens } from "./sessions.ts";

const { email, name } = account;

// Checked by the service, after what comes first: the account, the current password, the token.
function anyText(column: string): Field<string> {
  return text({ column, max: 10_000 });
}

/** A new account. */
export const registration = createBody({
  email,
  password: passwordField("password"),
  name,
  ...ownFields,
});

/** Address and password. */
export const login = createBody({ email, password: anyText("password") });

/** A refresh token. */
export const refresh = createBody({ refreshToken: anyText("refresh_token") });

/** The current password, and the one to come. */
export const passwordChange = createBody({
  currentPassword: anyText("current_password"),
  newPassword: anyText("new_password"),
});

/** The address that gets the mail. */
export const resetRequest = createBody({ email });

/** The token out of the mail, and the new password. */
export const resetConfirmation = createBody({
  token: anyText("token"),
  newPassword: anyText("new_password"),
});

/** A pair of tokens as it is answered. */
export function pairBody({ accessToken, refreshToken, expiresIn }: Tokens): JsonObject {
  return {
    [jsonName("access_token")]: accessToken,
    [jsonName("refresh_token")]: refreshToken,
    [jsonName("token_type")]: "Bearer",
    [jsonName("expires_in")]: expiresIn,
  };
}
