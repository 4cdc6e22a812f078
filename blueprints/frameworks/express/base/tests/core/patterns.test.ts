/** Patterns mean the same here and in the tools that read openapi.json. */

import { expect, test } from "vitest";
import { compilePattern } from "../../src/core/patterns.ts";

test.for([
  ["^\\d+$", "^[0-9]+$"],
  ["\\w\\s", "[A-Za-z0-9_][ \\t\\n\\r\\f\\v]"],
  ["\\D\\W\\S", "[^0-9][^A-Za-z0-9_][^ \\t\\n\\r\\f\\v]"],
  ["[\\d\\w-]", "[0-9A-Za-z0-9_-]"],
  ["[$[]$", "[$\\[]$"],
  ["\\.\\\\\\]", "\\.\\\\\\]"],
  ["a\\-b", "a-b"],
  ["[a\\-b]", "[a\\-b]"],
])("%s: classes are spelled out", ([pattern = "", spelled = ""]) => {
  expect(compilePattern(pattern).source).toBe(new RegExp(spelled, "u").source);
});

test.for([
  { pattern: "^\\d+$", right: ["12"], wrong: ["1\n", "\u0661", "a1", ""] },
  { pattern: "b", right: ["abc"], wrong: ["ac"] },
  { pattern: "^[a$]+$", right: ["a$"], wrong: ["a$\n", "b"] },
  { pattern: "^\\S\\W$", right: ["a-"], wrong: [" -", "aa"] },
  { pattern: "^\\s$", right: [" ", "\v"], wrong: ["\u00a0", "\ufeff"] },
  { pattern: "^.$", right: ["😀"], wrong: ["\n", "ab"] },
])("$pattern searches", ({ pattern, right, wrong }) => {
  const compiled = compilePattern(pattern);
  expect(right.filter((text) => !compiled.test(text))).toEqual([]);
  expect(wrong.filter((text) => compiled.test(text))).toEqual([]);
});
