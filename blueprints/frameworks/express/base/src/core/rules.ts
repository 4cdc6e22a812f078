/** Business rules: conditions over a row as it would be and as it is. */

import type { Action } from "./access.ts";
import type { Caller } from "./caller.ts";
import type { Truth } from "./conditions.ts";

/** What a condition looks at; on a create, `old` is the same as `new`. */
export interface State<R> {
  readonly new: R;
  readonly old: R;
  readonly actor: Caller;
  readonly now: Date;
}

export type Condition<R> = (state: State<R>) => Truth;

/**
 * What must hold for a row; it refuses only when it is false.
 *
 * `field` is the key of the field that is named as the faulty one.
 */
export interface Rule<R> {
  readonly holds: Condition<R>;
  readonly field: string;
  readonly message: string;
}

/**
 * A write that waits for consent when its condition is true.
 *
 * The approvers are roles, or `owner`; their own writes are applied at once.
 */
export interface ConsentRule<R> {
  readonly on: Action;
  readonly when: Condition<R>;
  readonly approvers: readonly string[];
}
