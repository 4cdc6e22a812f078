/** Kleene's logic: what is unknown, and what can be said all the same. */

import { expect, test } from "vitest";
import {
  both,
  either,
  equal,
  exactly,
  less,
  lessOrEqual,
  minus,
  oneOf,
  opposite,
  plus,
  type Truth,
  times,
  unequal,
} from "../../src/core/conditions.ts";

const AND: readonly (readonly [left: Truth, right: Truth, whole: Truth])[] = [
  [true, true, true],
  [true, false, false],
  [true, null, null],
  [false, false, false],
  [false, null, false],
  [null, null, null],
];

test.for(AND)("%s and %s is %s", ([left, right, whole]) => {
  expect([both(left, right), both(right, left)]).toEqual([whole, whole]);
  // De Morgan: `a or b` is `not (not a and not b)`.
  const turned = opposite(both(opposite(left), opposite(right)));
  expect([either(left, right), either(right, left)]).toEqual([turned, turned]);
});

test("a part that is null", () => {
  for (const comparison of [equal, unequal, less, lessOrEqual]) {
    expect([comparison(1, null), comparison(null, 1), comparison(null, null)]).toEqual(
      Array(3).fill(null),
    );
  }
  for (const operation of [plus, times]) {
    expect([operation(1, null), operation(null, 1)]).toEqual([null, null]);
  }
  expect(minus(null)).toBeNull();
  expect(oneOf(1, 1, null)).toBe(true);
  expect(oneOf(2, 1, null)).toBeNull();
  expect(oneOf(2, 1)).toBe(false);
  expect(oneOf(null, 1)).toBeNull();
});

test("numbers compute exactly", () => {
  const [tenth, fifth] = [exactly("0.1"), exactly("0.2")];
  expect(equal(plus(tenth, fifth), exactly("0.3"))).toBe(true);
  expect(equal(times(tenth, 3), exactly("0.3"))).toBe(true);
  expect(less(minus(fifth), minus(tenth))).toBe(true);
  expect(lessOrEqual(exactly("0.10"), tenth)).toBe(true);
  expect(less(exactly("0.10"), tenth)).toBe(false);
  expect(unequal(exactly("2.0"), 2)).toBe(false);
});

test("texts compare by code point, moments by time", () => {
  expect(less("B", "a")).toBe(true);
  expect(less("ﬀ", "😀")).toBe(true);
  const moment = new Date("2026-01-01T00:00:00Z");
  expect(equal(moment, new Date(moment))).toBe(true);
  expect(less(moment, new Date(moment.getTime() + 1))).toBe(true);
  expect(equal(true, false)).toBe(false);
});
