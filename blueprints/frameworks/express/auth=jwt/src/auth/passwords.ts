/** Password hashes (Argon2id, 19 MiB, 2 passes, 1 lane), computed in Node's thread pool. */

import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import pLimit from "p-limit";

const derive = promisify(argon2);

/** What makes a guess expensive. */
interface Cost {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
// The form in which Argon2 hashes are kept everywhere: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
const KEPT = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

// Two at a time: a rush of logins must neither fill the memory nor starve other requests.
const limit = pLimit(2);

// Checked when there is no account, so that an unknown address takes as long as a known one.
const dummyHash = hashPassword("no account has this password");

/** Hash a password for keeping. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await hashed(password, salt, HASH_BYTES, COST);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain64(salt)}$${plain64(hash)}`;
}

/** Compare a password with a hash; without one, take the same time and answer false. */
export async function passwordMatches(
  password: string,
  knownHash: string | undefined,
): Promise<boolean> {
  const parts = KEPT.exec(knownHash ?? (await dummyHash));
  if (parts === null) {
    throw new Error("a password hash is not in the form of Argon2id");
  }
  const [memory, passes, parallelism] = parts.slice(1, 4).map(Number) as [number, number, number];
  const [salt, known] = parts.slice(4).map((part) => Buffer.from(part, "base64")) as [
    Buffer,
    Buffer,
  ];
  const hash = await hashed(password, salt, known.length, { memory, passes, parallelism });
  return timingSafeEqual(hash, known) && knownHash !== undefined;
}

function hashed(password: string, salt: Buffer, tagLength: number, cost: Cost): Promise<Buffer> {
  return limit(() => derive("argon2id", { message: password, nonce: salt, tagLength, ...cost }));
}

/** Base64 without padding. */
function plain64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
