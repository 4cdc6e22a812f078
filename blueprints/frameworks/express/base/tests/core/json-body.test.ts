/** Strict JSON, as RFC 8259 has it. */

import { expect, test } from "vitest";
import { ApiError } from "../../src/core/errors.ts";
import { decodeJson } from "../../src/core/json-body.ts";
import { exact, isNumber } from "../../src/core/numbers.ts";

const MAX_DEPTH = 64;

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

const NOT_JSON: readonly (string | Uint8Array)[] = [
  "",
  " ",
  "{",
  "{} {}",
  "NaN",
  '{"a": Infinity}',
  "-Infinity",
  "01",
  "{'a': 1}",
  '{"a": 1,}',
  Uint8Array.of(0x22, 0xff, 0x22),
  Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
  '"\\ud800"',
  '{"\\udc00": 1}',
  '["ok", {"a": "\\ud83d"}]',
  '"a\nb"',
  "\ufeff{}",
  "[".repeat(100_000),
  nested(MAX_DEPTH + 1),
  `["[\\"", ${nested(MAX_DEPTH)}]`,
];

test.for(NOT_JSON.map((data) => ({ data, name: String(data).slice(0, 30) })))(
  "$name is refused",
  ({ data }) => {
    let error: unknown;
    try {
      decodeJson(Buffer.from(data));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: "MALFORMED_JSON" });
  },
);

test("of a duplicate key the last value counts", () => {
  expect(decodeJson(Buffer.from('{"a": 1, "a": 2}'))).toEqual({ a: 2 });
});

test.for([
  ['"\\ud83d\\ude00"', "😀"],
  ["7", 7],
  ["-7", -7],
  ["null", null],
  ["true", true],
  ['{"__proto__": {"a": 1}}', JSON.parse('{"__proto__": {"a": 1}}') as unknown],
] as const)("%s is read as it is", ([text, value]) => {
  expect(decodeJson(Buffer.from(text))).toEqual(value);
});

test.for([
  ["1.10", "1.1"],
  ["1e2", "100"],
  ["0.1", "0.1"],
  ["9007199254740993", "9007199254740993"],
  ["-1e-3", "-0.001"],
  ["9".repeat(500), "9".repeat(500)],
  ["1e99999999999999999999", "1e+999"],
  ["-1e99999999999999999999", "-1e+999"],
  ["1e-99999999999999999999", "1e-999"],
  ["0e99999999999999999999", "0"],
] as const)("%s loses no digits", ([text, digits]) => {
  const value = decodeJson(Buffer.from(text));
  expect(isNumber(value)).toBe(true);
  expect(isNumber(value) && exact(value).eq(digits)).toBe(true);
});

test("the greatest depth is allowed, and brackets in strings are none", () => {
  const deepest = `${"[".repeat(MAX_DEPTH)}"[[\\"[["${"]".repeat(MAX_DEPTH)}`;
  expect(Array.isArray(decodeJson(Buffer.from(deepest)))).toBe(true);
});
