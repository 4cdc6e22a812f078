/** The roles that a user can have, and who may make accounts. */

/** What a user is; `admin` passes every access check. */
export const ROLES = ["user", "admin"] as const;

/** With false, only an admin makes accounts. */
export const REGISTRATION_OPEN: boolean = true;
