/**
 * Requests that are made twice and done once: the header `Idempotency-Key`.
 *
 * The key is stored in the transaction of the write, so that a key without its write does not
 * exist. A second request with the same key waits for the first at the unique key of the table.
 */

import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { v7 as uuid7 } from "uuid";
import { BASE_PATH } from "../project.ts";
import { sendText } from "./answers.ts";
import type { Database, Session } from "./database.ts";
import { forUpdate, storage, unlessThere } from "./driver.ts";
import { ApiError, validationError } from "./errors.ts";
import type { JsonObject } from "./fields.ts";
import { exact, isNumber } from "./numbers.ts";

export const HEADER = "Idempotency-Key";
export const REPLAYED = "Idempotency-Replayed";
const TABLE = "idempotency_keys";

/** What makes two requests one: the key, who sent it and where; `seconds` is how long. */
export interface Repeatable {
  readonly key: string;
  readonly caller: string;
  readonly path: string;
  readonly seconds: number;
}

/** This request has been answered before. */
export class Replay extends Error {
  readonly status: number;
  readonly answer: string;

  constructor(status: number, answer: string) {
    super("answered before");
    this.status = status;
    this.answer = answer;
  }

  /** Give the first answer again. */
  send(request: Request, response: Response): void {
    const row = JSON.parse(this.answer) as JsonObject;
    response.set(REPLAYED, "true");
    if ("version" in row) {
      response.set("ETag", `"${String(row["version"])}"`);
    }
    if (this.status === 201) {
      const [path = ""] = request.originalUrl.split("?", 1);
      const collection = path.slice(BASE_PATH.length);
      response.set("Location", `${BASE_PATH}${collection}/${String(row["id"])}`);
    }
    sendText(response.status(this.status), "application/json", this.answer);
  }
}

/** Take a key for this transaction, and return its id; throws the kept answer, or 422 for another body. */
export async function claim(session: Session, request: Repeatable, body: unknown): Promise<string> {
  if (!/^[\x20-\x7e]{1,255}$/.test(request.key)) {
    const message = "must be 1 to 255 printable ASCII characters";
    throw validationError([{ field: HEADER, rule: "format", message }]);
  }
  const place = digest(request.path);
  const wanted = digest(canonical(body));
  const find = session.db
    .selectFrom(TABLE)
    .selectAll()
    .where("caller", "=", request.caller)
    .where("path", "=", place)
    .where("key", "=", request.key);
  let known = await forUpdate(find).executeTakeFirst();
  const oldest = new Date(Date.now() - request.seconds * 1000);
  if (known !== undefined && storage.moment.load(known["created_at"]) < oldest) {
    await session.db.deleteFrom(TABLE).where("id", "=", known["id"]).execute();
    known = undefined;
  }
  if (known === undefined) {
    const id = uuid7();
    const made = {
      id,
      key: request.key,
      caller: request.caller,
      path: place,
      body: wanted,
      status: 0,
      answer: "",
      created_at: storage.moment.store(new Date()),
    };
    if (await inserted(session, made)) {
      return id;
    }
    // Another request with this key was quicker, and has just been committed.
    known = await find.executeTakeFirstOrThrow();
  }
  if (known["body"] !== wanted) {
    throw new ApiError(422, "IDEMPOTENCY_KEY_REUSED", "This key was used with another body.");
  }
  throw new Replay(Number(known["status"]), String(known["answer"]));
}

/** Insert a key unless there is one; waits for a transaction that is about to. */
async function inserted(session: Session, made: Record<string, unknown>): Promise<boolean> {
  const insert = session.db.insertInto(TABLE).values(made);
  const { numInsertedOrUpdatedRows = 0n } = await unlessThere(insert).executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows > 0n;
}

/** Note the answer that a repeated request gets. */
export async function keep(
  session: Session,
  id: string,
  status: number,
  answer: JsonObject,
): Promise<void> {
  const text = JSON.stringify(answer);
  await session.db.updateTable(TABLE).set({ status, answer: text }).where("id", "=", id).execute();
}

/** Delete the keys whose time has passed. */
export async function forgetOldKeys(database: Database, seconds: number): Promise<void> {
  const oldest = storage.moment.store(new Date(Date.now() - seconds * 1000));
  await database.write(async ({ db }) => {
    await db.deleteFrom(TABLE).where("created_at", "<", oldest).execute();
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Text that is the same for equal JSON values: `1.0` is 1, the order of keys is nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (isNumber(value)) {
    return { number: exact(value).toString() };
  }
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, each]) => [key, plain(each)] as const);
    return pairs.sort(([one], [other]) => (one < other ? -1 : 1));
  }
  return value;
}
