/**
 * Values in conditions, and Kleene's three-valued logic: a comparison with null is neither true
 * nor false but unknown, which is null here. Whole numbers and decimals compute exactly.
 */

import Big from "big.js";

export type Truth = boolean | null;
type Value = string | number | boolean | Date | Big | null;
type Numeric = number | Big;

/** A decimal as it is written. */
export function exactly(digits: string): Big {
  return new Big(digits);
}

/** Below zero, zero or above it, as the left value comes before, with or after the right one. */
function order(left: NonNullable<Value>, right: NonNullable<Value>): number {
  if (left instanceof Big || right instanceof Big) {
    return new Big(left as Numeric).cmp(right as Numeric);
  }
  if (typeof left === "string" && typeof right === "string") {
    // UTF-8 sorts as code points do; the strings of JavaScript do not.
    return Buffer.from(left).compare(Buffer.from(right));
  }
  const [one, other] = [left.valueOf(), right.valueOf()];
  return one < other ? -1 : Number(one > other);
}

/** Whether two values are the same. */
export function equal(left: Value, right: Value): Truth {
  return left === null || right === null ? null : order(left, right) === 0;
}

/** Whether two values differ. */
export function unequal(left: Value, right: Value): Truth {
  return opposite(equal(left, right));
}

/** Whether the left value comes before the right one. */
export function less(left: Value, right: Value): Truth {
  return left === null || right === null ? null : order(left, right) < 0;
}

/** Whether the left value does not come after the right one. */
export function lessOrEqual(left: Value, right: Value): Truth {
  return left === null || right === null ? null : order(left, right) <= 0;
}

/** Whether a value is among others. */
export function oneOf(value: Value, ...others: readonly Value[]): Truth {
  if (value === null) {
    return null;
  }
  if (others.some((other) => equal(value, other) === true)) {
    return true;
  }
  return others.includes(null) ? null : false;
}

/** `and`: false when either is false, however little is known of the other. */
export function both(left: Truth, right: Truth): Truth {
  if (left === false || right === false) {
    return false;
  }
  return left === null || right === null ? null : true;
}

/** `or`: true when either is true, however little is known of the other. */
export function either(left: Truth, right: Truth): Truth {
  if (left === true || right === true) {
    return true;
  }
  return left === null || right === null ? null : false;
}

/** `not`: what is unknown stays unknown. */
export function opposite(value: Truth): Truth {
  return value === null ? null : !value;
}

/** The sum, unknown with an unknown part. */
export function plus(left: Numeric | null, right: Numeric | null): Big | null {
  return left === null || right === null ? null : new Big(left).plus(right);
}

/** The same number below zero. */
export function minus(value: Numeric | null): Big | null {
  return value === null ? null : new Big(value).neg();
}

/** The product, unknown with an unknown factor. */
export function times(left: Numeric | null, right: Numeric | null): Big | null {
  return left === null || right === null ? null : new Big(left).times(right);
}
