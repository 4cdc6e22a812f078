/** Numbers keep their digits, and an exponent beyond reason costs nothing. */

import { expect, test } from "vitest";
import { exact, isNumber, Numeral } from "../../src/core/numbers.ts";

test("what is a number", () => {
  expect([1, -0.5, new Numeral("1e2")].map(isNumber)).toEqual([true, true, true]);
  expect(["1", null, true, {}, [1], undefined].map(isNumber)).toEqual(Array(6).fill(false));
});

test.for([
  ["0.1", "0.1"],
  ["9007199254740993", "9007199254740993"],
  ["123456789012345678.1234", "123456789012345678.1234"],
  ["1E2", "100"],
  ["-0", "0"],
  ["-1.50", "-1.5"],
])("%s is exact", ([digits = "", value = ""]) => {
  expect(exact(new Numeral(digits)).toFixed()).toBe(value);
});

test("sums and products are exact", () => {
  const sum = exact(new Numeral("0.1")).plus(exact(new Numeral("0.2")));
  expect(sum.toString()).toBe("0.3");
  const product = exact("123456789.123456789").times(exact("987654321.987654321"));
  expect(product.toFixed()).toBe("121932631356500531.347203169112635269");
});

test("an exponent beyond reason is beyond every limit, or nearly nothing", () => {
  const started = performance.now();
  expect(exact(new Numeral("1e999999999")).gt("1e300")).toBe(true);
  expect(exact(new Numeral("-5e999999999")).lt("-1e300")).toBe(true);
  expect(exact(new Numeral("5e-999999999")).gt(0)).toBe(true);
  expect(exact(new Numeral("5e-999999999")).lt("1e-900")).toBe(true);
  expect(exact(new Numeral("0.000e999999999")).eq(0)).toBe(true);
  expect(performance.now() - started).toBeLessThan(1000);
});
