/** The parameters of a query string. Each is taken once; what is left over is unknown. */

import { Fault, type FieldError, type Rule, validationError } from "./errors.ts";
import { readBoolean } from "./fields.ts";
import { jsonName } from "./naming.ts";

export class Query {
  readonly faults: FieldError[] = [];
  private readonly left = new Map<string, string>();

  /** Reads the raw text behind the question mark: parsers differ about what they repair. */
  constructor(raw: string) {
    for (const part of raw.split("&").filter((each) => each !== "")) {
      const at = part.indexOf("=");
      const [key, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      this.add(decoded(key) ?? "", decoded(value));
    }
  }

  private add(name: string, value: string | undefined): void {
    if (this.left.has(name)) {
      this.fail(name, "repeated", "must be given once");
    }
    if (value === undefined) {
      this.fail(name, "format", "must be UTF-8 without NUL");
    }
    this.left.set(name, value ?? "");
  }

  /** Note a faulty parameter. */
  fail(name: string, rule: Rule, message: string): void {
    this.faults.push({ field: name, rule, message });
  }

  /** Read a parameter; nothing when it is missing or faulty. */
  take<T>(name: string, read: (text: string) => T): T | undefined {
    const text = this.left.get(name);
    if (text === undefined) {
      return undefined;
    }
    this.left.delete(name);
    if (this.faults.some((each) => each.field === name)) {
      return undefined;
    }
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof Fault)) {
        throw error;
      }
      this.fail(name, error.rule, error.message);
      return undefined;
    }
  }

  /** Read true or false; false when it is missing. */
  flag(name: string): boolean {
    return this.take(jsonName(name), readBoolean) ?? false;
  }

  /** Read a comma-separated list of known names. */
  names(name: string, known: readonly string[]): string[] {
    return this.take(name, (text) => text.split(",").map((each) => knownName(each, known))) ?? [];
  }

  /** Everything that is wrong with the query. */
  finish(): readonly FieldError[] {
    for (const name of this.left.keys()) {
      this.fail(name, "unknown", "is no parameter here");
    }
    this.left.clear();
    return this.faults;
  }

  /** Throw 400 when anything is wrong with the query. */
  requireValid(): void {
    if (this.finish().length > 0) {
      throw validationError(this.faults);
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(part: string): string | undefined {
  try {
    const octets = part
      .replaceAll("+", " ")
      .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      );
    const text = utf8.decode(Buffer.from(octets, "latin1"));
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The name, if it is one of those. */
export function knownName(name: string, known: readonly string[]): string {
  if (!known.includes(name)) {
    throw new Fault("enum", `must be of ${known.join(", ")}`);
  }
  return name;
}
