/**
 * A bare Express + Kysely service over the tables of the measured one, as tutorials write it.
 *
 * It does the same queries and gives the same rows, and has nothing around them: no log, no metrics, no limits, no headers, no
 * request ids, no ETags. `node bare.ts` serves it, `node bare.ts 1000` fills the table of products.
 */

import { randomBytes } from "node:crypto";
import express, { type NextFunction, type Request, type Response } from "express";
import { jwtVerify } from "jose";
import { CamelCasePlugin, Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import { z } from "zod";

interface Offer {
  id: string;
  name: string;
  price: string;
  category: string;
  description: string | null;
  inStock: boolean;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

interface Tables {
  offers: Offer;
  products: Offer & { ownerId: string | null };
  sessions: { id: string; userId: string; revokedAt: Date | null };
  users: { id: string; role: string; active: boolean };
}

const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 10 });
const db = new Kysely<Tables>({
  dialect: new PostgresDialect({ pool }),
  plugins: [new CamelCasePlugin()],
});

const rowIn = z.object({
  name: z.string().min(2).max(100),
  price: z.string().regex(/^\d{1,10}(\.\d{1,2})?$/),
  category: z.enum(["book", "toy", "game"]),
  description: z.string().max(500).nullable().default(null),
  inStock: z.boolean().default(true),
});

const key = new TextEncoder().encode(process.env["JWT_SECRET"]);

/** The user of a token, if his session is alive: the query of the measured service. */
async function authenticate(request: Request, response: Response, next: NextFunction): Promise<void> {
  const token = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
  const verified = await jwtVerify(token, key, { algorithms: ["HS256"], audience: "bench" }).catch(() => undefined);
  if (verified === undefined) {
    response.sendStatus(401);
    return;
  }
  const user = await db
    .selectFrom("users")
    .innerJoin("sessions", "sessions.userId", "users.id")
    .select(["users.id", "users.role"])
    .where("users.id", "=", String(verified.payload.sub))
    .where("users.active", "=", true)
    .where("sessions.id", "=", String(verified.payload["sid"]))
    .where("sessions.revokedAt", "is", null)
    .executeTakeFirst();
  if (user === undefined) {
    response.sendStatus(401);
    return;
  }
  response.locals["userId"] = user.id;
  next();
}

function columns(body: z.infer<typeof rowIn>): Offer {
  const now = new Date();
  return { ...body, id: newId(), createdAt: now, updatedAt: now, version: 1 };
}

/** A version 7 UUID, as the measured service gives. */
function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x70;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const app = express();
app.disable("x-powered-by");
app.use(express.json());

app.get("/api/v1/products/:id", async (request, response) => {
  const id = z.uuid().parse(request.params.id);
  const row = await db.selectFrom("products").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) {
    response.sendStatus(404);
    return;
  }
  response.json(row);
});

app.get("/api/v1/products", async (request, response) => {
  const page = z.object({ limit: z.coerce.number().default(20), offset: z.coerce.number().default(0) });
  const { limit, offset } = page.parse(request.query);
  const { total } = await db
    .selectFrom("products")
    .select((eb) => eb.fn.countAll().as("total"))
    .executeTakeFirstOrThrow();
  const items = await db.selectFrom("products").selectAll().orderBy("id").limit(limit).offset(offset).execute();
  response.json({ items, total: Number(total), limit, offset });
});

app.post("/api/v1/offers", async (request, response) => {
  const values = columns(rowIn.parse(request.body));
  const insert = db.insertInto("offers").values(values).returningAll();
  const row = await db.transaction().execute((tx) => tx.executeQuery(insert));
  response.status(201).json(row.rows[0]);
});

app.post("/api/v1/products", authenticate, async (request, response) => {
  const values = { ...columns(rowIn.parse(request.body)), ownerId: String(response.locals["userId"]) };
  const insert = db.insertInto("products").values(values).returningAll();
  const row = await db.transaction().execute((tx) => tx.executeQuery(insert));
  response.status(201).json(row.rows[0]);
});

const count = Number(process.argv[2] ?? 0);
if (count > 0) {
  const body = {
    name: "The Night Train",
    price: "12.50",
    category: "book" as const,
    description: "A crime story on rails.",
    inStock: true,
  };
  const rows = Array.from({ length: count }, () => ({ ...columns(body), ownerId: null }));
  await db.insertInto("products").values(rows).execute();
  await db.destroy();
} else {
  app.listen(Number(process.env["PORT"]), "127.0.0.1");
}
