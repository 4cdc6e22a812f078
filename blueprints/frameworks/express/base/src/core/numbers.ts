/** Numbers without loss: a decimal is never a binary float on its way through the service. */

import Big from "big.js";

// Exact: only a division would be rounded, and there is none.
Big.DP = 0;
Big.strict = false;

/** A number of JSON with the digits that were sent, where a double may not hold them. */
export class Numeral {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  /** The exact value; an exponent beyond reason is as good as one that nothing can have. */
  get exact(): Big {
    const [mantissa = "", exponent = "0"] = this.digits.toLowerCase().split("e");
    if (Math.abs(Number(exponent)) <= MAX_EXPONENT) {
      return new Big(this.digits);
    }
    if (!/[1-9]/.test(mantissa)) {
      return new Big(0);
    }
    const sign = mantissa.startsWith("-") ? "-" : "";
    return new Big(`${sign}1e${Number(exponent) < 0 ? "-" : ""}${MAX_EXPONENT}`);
  }
}

const MAX_EXPONENT = 999;

/** Whether a value is a number of JSON. */
export function isNumber(value: unknown): value is number | Numeral {
  return typeof value === "number" || value instanceof Numeral;
}

/** The exact value of a number. */
export function exact(value: number | Numeral | Big | string): Big {
  return value instanceof Numeral ? value.exact : new Big(value);
}
