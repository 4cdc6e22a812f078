/**
 * Patterns of fields: a small language that means the same in every tool.
 *
 * A pattern searches; `^` and `$` are the ends of the text; `\d \w \s` are ASCII.
 */

const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: " \\t\\n\\r\\f\\v",
};

/** Compile a pattern; classes are spelled out, as `\s` means more in JavaScript. */
export function compilePattern(pattern: string): RegExp {
  let source = "";
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] ?? "";
    if (letter === "\\") {
      at++;
      source += escaped(pattern[at] ?? "", inClass);
      continue;
    }
    if (letter === "[" && !inClass) {
      inClass = true;
    } else if (letter === "]") {
      inClass = false;
    } else if (letter === "[") {
      // Within a class a bracket is only a bracket; the flag `u` wants it escaped nowhere else.
      source += "\\";
    }
    source += letter;
  }
  return new RegExp(source, "u");
}

function escaped(letter: string, inClass: boolean): string {
  const plain = CLASSES[letter];
  if (plain !== undefined) {
    return inClass ? plain : `[${plain}]`;
  }
  const opposite = CLASSES[letter.toLowerCase()];
  if (opposite !== undefined && !inClass) {
    return `[^${opposite}]`;
  }
  // With the flag `u` only these may be escaped.
  return /[\^$\\.*+?()[\]{}|/nrtfv0-]/.test(letter) ? escapedSyntax(letter, inClass) : letter;
}

function escapedSyntax(letter: string, inClass: boolean): string {
  return letter === "-" && !inClass ? "-" : `\\${letter}`;
}
