/**
 * `make explain`: how the database carries out each list query, and which index it wants.
 *
 * The queries are those of the service itself, asked for with each filter, sort, search and relation
 * of each resource; values come from rows that are there, so fill the database first (`make seed`).
 */

// Resources may refer to any table.
import "./api.ts";
import { z } from "zod";
import { Cache } from "./core/cache.ts";
import type { Call } from "./core/call.ts";
import { coreVariables, loadSettings } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { jsonName } from "./core/naming.ts";
import { leadingColumns, planOf } from "./core/plans.ts";
import { reading } from "./core/reading.ts";
import { type AnyRepository, Repository, type Stored, Target } from "./core/repository.ts";

/** One list as a client asks for it, and the column that an index for it begins with. */
interface Question {
  readonly shown: string;
  readonly table: string;
  readonly column?: string;
  readonly query?: string;
  readonly kind: "all" | "filter" | "sort" | "search" | "relation";
  ask(call: Call): Promise<unknown>;
}

/** A question with the plan of each of its statements, and the advice, if there is any. */
export interface Finding {
  readonly shown: string;
  readonly plans: readonly (readonly string[])[];
  readonly advice: string | undefined;
}

/** Every list of a resource; `row` is one of its rows. */
function questions(repository: AnyRepository, row: Stored): Question[] {
  const { table } = repository;
  const path = `/${repository.path}`;
  const { filters, sort, search } = repository.listing.lists;
  const ask = (call: Call) => reading(call, repository, "list", (unit) => unit.page());
  const asked: Question[] = [{ shown: `GET ${path}`, table, kind: "all", ask }];
  for (const field of filters) {
    const value = field.load(row[field.column]);
    const name = value === null ? `${field.json}.${jsonName("is_null")}` : field.json;
    const text = value === null ? "true" : String(field.write(value));
    const query = `${name}=${encodeURIComponent(text)}`;
    const shown = `GET ${path}?${name}=…`;
    asked.push({ shown, table, column: field.column, query, kind: "filter", ask });
  }
  for (const { json, column } of sort) {
    const query = `sort=${json}`;
    asked.push({ shown: `GET ${path}?${query}`, table, column, query, kind: "sort", ask });
  }
  if (search.length > 0) {
    asked.push({ shown: `GET ${path}?q=…`, table, query: "q=a", kind: "search", ask });
  }
  return [...asked, ...relations(repository)];
}

/** The lists of the rows that refer, or are linked, to a parent. */
function relations(repository: AnyRepository): Question[] {
  const shown = (name: string): string => `GET /…/{id}/${repository.path} by ${name}`;
  const references = repository.references.map(
    ({ key, to, field }): Question => ({
      shown: shown(field.json),
      table: repository.table,
      column: field.column,
      kind: "relation",
      ask: (call) => ofParent(call, to, (id) => listOf(call, repository, key, id)),
    }),
  );
  const links = repository.links.map(
    ({ key, to, field, table, there }): Question => ({
      shown: shown(field.json),
      table,
      column: there,
      kind: "relation",
      ask: (call) => ofParent(call, to, (id) => linkedList(call, repository, key, id)),
    }),
  );
  return [...references, ...links];
}

function listOf(call: Call, repository: AnyRepository, key: string, id: string): Promise<unknown> {
  return reading(call, repository, "list", (unit) => unit.pageOf(key, id));
}

function linkedList(
  call: Call,
  repository: AnyRepository,
  key: string,
  id: string,
): Promise<unknown> {
  return reading(call, repository, "list", (unit) => unit.pageLinkedTo(key, id));
}

/** Ask for some row of a table, if there is one. */
async function ofParent(
  call: Call,
  name: string,
  ask: (id: string) => Promise<unknown>,
): Promise<void> {
  const row = await anyRow(call.database, Target.of(name));
  if (row !== undefined) {
    await ask(String(row["id"]));
  }
}

async function anyRow(
  database: Database,
  target: Pick<AnyRepository, "select">,
): Promise<Stored | undefined> {
  const row = await database.read((db) =>
    target.select(db).selectAll().limit(1).executeTakeFirst(),
  );
  return row as Stored | undefined;
}

interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Ask every question and explain what the service did for it. */
export async function explain(
  database: Database,
  resources: readonly AnyRepository[],
): Promise<Finding[]> {
  let statements: Statement[] = [];
  database.watch = (text, parameters) => statements.push({ text, parameters });
  const findings: Finding[] = [];
  for (const repository of resources) {
    const row = await anyRow(database, repository);
    for (const question of row === undefined ? [] : questions(repository, row)) {
      statements = [];
      await question.ask(callOf(database, question.query));
      const asked = statements.filter(({ text }) => lists(text, question.table));
      findings.push(await explained(database, question, asked));
    }
  }
  database.watch = undefined;
  return findings;
}

/** A call of somebody who may do everything. */
function callOf(database: Database, query = ""): Call {
  const caller = { userId: null, role: "admin", sessionId: null };
  return { caller, database, query, ifMatch: undefined, repeatable: undefined };
}

/** Whether this is a statement of the list itself, not of what is shown beside it. */
function lists(text: string, table: string): boolean {
  return text.startsWith("select") && new RegExp(`\\b${table}\\b`).test(text);
}

async function explained(
  database: Database,
  question: Question,
  asked: readonly Statement[],
): Promise<Finding> {
  // Some databases are told what lasts as long as a transaction.
  return await database.write(async ({ db }) => {
    const plans: string[][] = [];
    for (const { text, parameters } of asked) {
      plans.push(await planOf(db, text, parameters));
    }
    const advice = adviceOn(question, await leadingColumns(db, question.table));
    return { shown: question.shown, plans, advice };
  });
}

function adviceOn(question: Question, leading: ReadonlySet<string>): string | undefined {
  const { table, column, kind } = question;
  if (kind === "search") {
    return "reads every row: no ordinary index helps a search inside texts";
  }
  if (column === undefined || leading.has(column)) {
    return undefined;
  }
  const [verb, rest] = kind === "sort" ? ["sorts", ", id"] : ["reads", ""];
  return `${verb} every row; wants CREATE INDEX ix_${table}_${column} ON ${table} (${column}${rest})`;
}

/** The findings as lines, the plans below each. */
export function report(findings: readonly Finding[]): string[] {
  const lines = findings.flatMap(({ shown, plans, advice }) => [
    `${advice === undefined ? " " : "!"} ${shown}`,
    ...(advice === undefined ? [] : [`    ${advice}`]),
    ...plans.flat().map((line) => `    | ${line}`),
  ]);
  const marked = findings.filter(({ advice }) => advice !== undefined).length;
  return [...lines, `${findings.length} lists explained, ${marked} marked with !`];
}

/** Explain the lists of the database of the settings. */
async function main(): Promise<void> {
  // What is kept in a cache would need no statements.
  const database = new Database(loadSettings(z.object(coreVariables)), new Cache());
  try {
    const resources = Repository.all().sort((one, other) => (one.path < other.path ? -1 : 1));
    const findings = await explain(database, resources);
    if (findings.length === 0) {
      process.stderr.write("there are no rows to ask for: make migrate seed\n");
      process.exitCode = 1;
      return;
    }
    process.stdout.write(`${report(findings).join("\n")}\n`);
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  await main();
}
