/** Which passwords are good enough. */

import type { FieldError } from "../core/errors.ts";
import { Field, text } from "../core/fields.ts";
import common from "./common-passwords.json" with { type: "json" };

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;
// From this length on, any mixture of characters will do.
const LONG = 12;
// In lower case, those left out that the other rules refuse anyway.
const COMMON: ReadonlySet<string> = new Set(common);

/** What is wrong with a password, nothing when it will do. Lengths are in code points. */
export function passwordFault(password: string, field: string): FieldError | undefined {
  const { length } = [...password];
  if (password.includes("\0")) {
    return { field, rule: "format", message: "must not contain NUL" };
  }
  if (length < MIN_LENGTH) {
    return { field, rule: "min", message: `must have at least ${MIN_LENGTH} characters` };
  }
  if (length > MAX_LENGTH) {
    return { field, rule: "max", message: `must have at most ${MAX_LENGTH} characters` };
  }
  if (length < LONG && !isMixed(password)) {
    const wanted = "an upper-case letter, a lower-case letter and a digit";
    return { field, rule: "rule", message: `under ${LONG} characters it needs ${wanted}` };
  }
  if (COMMON.has(password.toLowerCase())) {
    return { field, rule: "rule", message: "is one of the most common passwords" };
  }
  return undefined;
}

function isMixed(password: string): boolean {
  return [/\p{Uppercase}/u, /\p{Lowercase}/u, /\p{Nd}/u].every((each) => each.test(password));
}

/** A password that is good enough. */
export function passwordField(column: string): Field<string> {
  const { type, traits } = text({ column, min: MIN_LENGTH, max: MAX_LENGTH });
  const schema = type.schema.superRefine((password, context) => {
    const fault = passwordFault(password, "");
    if (fault !== undefined) {
      const { rule, message } = fault;
      context.addIssue({ code: "custom", message, params: { rule } });
    }
  });
  return new Field(column, { ...type, schema }, traits);
}
