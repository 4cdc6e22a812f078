"""`make explain`: how the database carries out each list query, and which index it wants.

The queries are those of the service itself, asked for with each filter, sort, search and relation
of each resource; values come from rows that are there, so fill the database first (`make seed`).
"""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import Connection, event, inspect, text

import app.api  # noqa: F401 - resources may refer to any table
from app.core.call import Call
from app.core.caller import Caller
from app.core.config import CoreSettings, load_settings
from app.core.database import Database
from app.core.naming import json_name
from app.core.reading import reading
from app.core.repository import ManyToMany, Repository, Target

Statement = tuple[str, Any]
Resource = Repository[Any, Any]


# How a plan is asked for, and what comes before. Few rows are read faster without an index; the
# setting lets an index be taken all the same, so that the plan is that of many rows.
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (COSTS OFF) "}
BEFORE = {"postgresql": "SET LOCAL enable_seqscan = off"}


@dataclass(frozen=True)
class Question:
    """One list as a client asks for it, and the column that an index for it begins with."""

    shown: str
    table: str
    column: str | None
    ask: Callable[[Call], Awaitable[object]]
    query: str = ""
    search: bool = False
    sort: bool = False


@dataclass(frozen=True)
class Finding:
    """A question with the plan of each of its statements, and the advice, if there is any."""

    question: Question
    plans: Sequence[Sequence[str]]
    advice: str | None


def questions(repository: Resource, row: Any) -> Iterator[Question]:
    """Every list of a resource; `row` is one of its rows."""
    table = repository.model.__tablename__
    path = f"/{repository.path}"

    async def page(call: Call) -> object:
        async with reading(call, repository, "list") as unit:
            return await unit.page()

    yield Question(f"GET {path}", table, None, page)
    for field in repository.listing.filters:
        value = getattr(row, field.column.key)
        name, value = field.key, "true" if value is None else _written(field.type.write(value))
        if getattr(row, field.column.key) is None:
            name = f"{name}.{json_name('is_null')}"
        query = f"{name}={quote(value)}"
        yield Question(f"GET {path}?{name}=…", table, field.column.key, page, query)
    for key, field in repository.listing.sort.items():
        yield Question(
            f"GET {path}?sort={key}", table, field.column.key, page, f"sort={key}", sort=True
        )
    if repository.listing.search:
        yield Question(f"GET {path}?q=…", table, None, page, "q=a", search=True)
    for relation in repository.relations:
        shown = f"GET /…/{{id}}{path} by {relation.attribute}"
        ask = _of(repository, relation.attribute, relation.to)
        if isinstance(relation, ManyToMany):
            column = list(relation.table.columns)[1]
            yield Question(shown, relation.table.name, column.key, ask)
        else:
            yield Question(shown, table, relation.attribute, ask)


def _of(repository: Resource, attribute: str, to: str) -> Callable[[Call], Awaitable[object]]:
    async def page_of(call: Call) -> object:
        async with call.database.read() as session:
            target = repository.known[to]
            parent = await session.scalar(target.select().limit(1))
        if parent is None:
            return None
        async with reading(call, repository, "list") as unit:
            return await unit.page_of(attribute, str(cast(Any, parent).id))

    return page_of


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Recorder:
    """Notes the statements that the service sends."""

    def __init__(self, database: Database) -> None:
        self.statements: list[Statement] = []
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _c: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        self.statements.append((statement, values))

    def taken(self) -> list[Statement]:
        """The statements since the last time, without those that look up a parent."""
        found, self.statements = self.statements, []
        return found


async def explain(database: Database, resources: Iterable[Resource]) -> list[Finding]:
    """Ask every question and explain what the service did for it."""
    recorder = Recorder(database)
    findings = []
    for repository in resources:
        async with database.read() as session:
            row = await session.scalar(repository.select().limit(1))
        if row is None:
            continue
        for question in questions(repository, row):
            recorder.taken()
            call = Call(Caller(role="admin"), database, question.query.encode())
            await question.ask(call)
            asked = [each for each in recorder.taken() if _lists(each[0], question.table)]
            findings.append(await _explained(database, question, asked))
    return findings


def _resources() -> list[Resource]:
    found = [each for each in Target.known.values() if isinstance(each, Repository)]
    return sorted(found, key=lambda each: each.path)


def _lists(statement: str, table: str) -> bool:
    """Whether this is a statement of the list itself, not of what is shown beside it."""
    return statement.startswith("SELECT") and re.search(rf"\b{table}\b", statement) is not None


async def _explained(
    database: Database,
    question: Question,
    statements: Sequence[Statement],
) -> Finding:
    dialect = database.engine.dialect.name
    plans = []
    # What is set in `BEFORE` lasts as long as a transaction.
    async with database.write() as session:
        connection = await session.connection()
        leading = await connection.run_sync(_leading_columns, question.table)
        if dialect in BEFORE:
            await connection.execute(text(BEFORE[dialect]))
        for statement, values in statements:
            explain = EXPLAIN.get(dialect, "EXPLAIN ") + statement
            plans.append([_line(row) for row in await connection.exec_driver_sql(explain, values)])
    return Finding(question, plans, _advice(question, leading))


def _leading_columns(connection: Connection, table: str) -> set[str | None]:
    """The first columns of all keys and indexes of a table, as they are in the database."""
    found = inspect(connection)
    keys: list[list[str | None]] = [each["column_names"] for each in found.get_indexes(table)]
    keys += [[*each["column_names"]] for each in found.get_unique_constraints(table)]
    keys.append([*found.get_pk_constraint(table)["constrained_columns"]])
    return {columns[0] for columns in keys if columns}


def _line(row: Sequence[Any]) -> str:
    """One line of a plan; SQLite numbers its lines, and says what matters last."""
    values = row[-1:] if len(row) == 4 else row
    return " ".join(str(each) for each in values if each is not None).strip()


def _advice(question: Question, leading: set[str | None]) -> str | None:
    if question.search:
        return "reads every row: no ordinary index helps a search inside texts"
    if question.column is None or question.column in leading:
        return None
    table, column = question.table, question.column
    verb, rest = ("sorts", ", id") if question.sort else ("reads", "")
    return f"{verb} every row; wants CREATE INDEX ix_{table}_{column} ON {table} ({column}{rest})"


def report(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings as lines, the plans below each."""
    for finding in findings:
        yield f"{'!' if finding.advice else ' '} {finding.question.shown}"
        if finding.advice:
            yield f"    {finding.advice}"
        for plan in finding.plans:
            yield from (f"    | {line}" for line in plan)
    wants = sum(1 for finding in findings if finding.advice)
    yield f"{len(findings)} lists explained, {wants} marked with !"


async def main(settings: CoreSettings) -> None:
    """Explain the lists of the database of the settings."""
    database = Database(settings)
    try:
        findings = await explain(database, _resources())
    finally:
        await database.close()
    if not findings:
        raise SystemExit("there are no rows to ask for: make migrate seed")
    sys.stdout.write("\n".join(report(findings)) + "\n")


if __name__ == "__main__":
    asyncio.run(main(load_settings(CoreSettings)))
