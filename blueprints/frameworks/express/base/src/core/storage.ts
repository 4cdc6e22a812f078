/** What every database driver offers: how values are kept, and which constraint a write broke. */

import type Big from "big.js";

/** How a type keeps its values in the database. */
export interface Codec<T> {
  /** What is sent to the driver. */
  store(value: T): unknown;
  /** What the driver gave back. */
  load(value: unknown): T;
}

/** A codec for each type. */
export interface Kept {
  readonly text: Codec<string>;
  readonly uuid: Codec<string>;
  readonly integer: Codec<number>;
  readonly long: Codec<number>;
  readonly float: Codec<number>;
  readonly boolean: Codec<boolean>;
  readonly date: Codec<string>;
  readonly moment: Codec<Date>;
  decimal(scale: number): Codec<Big>;
  json<T>(): Codec<T>;
}

export type Violation = "unique" | "foreign_key" | "check" | "not_null";
