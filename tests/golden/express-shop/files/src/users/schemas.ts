/** Users as they are kept, and as JSON. */

import { passwordField } from "../auth/password-policy.ts";
import { createBody, patchBody } from "../core/bodies.ts";
import * as field from "../core/fields.ts";
import { ROLES } from "./roles.ts";

/** What this project knows about its users besides. */
export const ownFields = {};

const email = field.email({ column: "email" });
const name = field.string({ column: "name", min: 1, max: 100 });
const role = field.choice({ column: "role", values: ROLES });
const active = field.boolean({ column: "active" });

/** What people say about themselves. */
export const account = { email, name };

/** A person with an account. */
export const fields = {
  id: field.uuid({ column: "id", readOnly: true }),
  email,
  name,
  role,
  active,
  createdAt: field.datetime({ column: "created_at", readOnly: true }),
  updatedAt: field.datetime({ column: "updated_at", readOnly: true }),
  ...ownFields,
  passwordHash: field.string({ column: "password_hash", private: true }),
};
export type User = field.ValuesOf<typeof fields>;

const created = { email, password: passwordField("password"), name, role, ...ownFields };
export type NewUser = field.ValuesOf<typeof created>;

/** A user that an admin makes. */
export const create = createBody(created);

const changed = { name, role, active, ...ownFields };
export type UserChanges = Partial<field.ValuesOf<typeof changed>>;

/** What an admin changes; a key left out keeps its value. */
export const patch = patchBody(changed);

/** What only the server sets: answered, but in no body. */
export const READ_ONLY = Object.values(fields)
  .filter((each) => each.traits.readOnly)
  .map((each) => each.json);

/** The columns of each unique key. */
export const UNIQUE = [["email"]];
