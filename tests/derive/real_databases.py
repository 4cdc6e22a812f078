#!/usr/bin/env python3
"""Runs the golden SQL on real databases: up, rows that must and must not be taken, down.

    tests/derive/real_databases.py sqlite
    tests/derive/real_databases.py postgresql [psql arguments, such as -h 127.0.0.1 -p 5432 -U postgres]
    tests/derive/real_databases.py mysql [mariadb arguments]

PostgreSQL and MySQL need a server; two scratch databases are made on it and dropped.
"""

import sqlite3
import subprocess
import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
USERS = {
    "sqlite": "CREATE TABLE users (id TEXT PRIMARY KEY);",
    "postgresql": "CREATE TABLE users (id uuid PRIMARY KEY);",
    "mysql": "CREATE TABLE users (id char(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY) ENGINE=InnoDB;",
}
ID = "019a0000-0000-7000-8000-{:012x}".format


def tag(number, name, owner=None):
    owner = f"'{owner}'" if owner else "NULL"
    return (
        "INSERT INTO tags (id, name, owner_id, version, created_at, updated_at) VALUES "
        f"('{ID(number)}', '{name}', {owner}, 1, '2026-01-31 09:30:00.000', '2026-01-31 09:30:00.000');"
    )


def long_row(number, end, key, deleted, whole=0):
    """A row of the widest table; most names in it are reserved somewhere."""
    values = {
        "id": f"'{ID(number)}'", "class": "''", "type": "'x'", "from": "-5", "select": "9007199254740991",
        "group": "0.5", "user": "0", "when": "'2000-01-01'", "end": f"'{end}'", "table": f"'{ID(1)}'",
        "key": f"'{key}'", "values": "NULL", "check": "'distinct-on'", "index": "'{}'", "secret": "'s'",
        "total": "NULL", "all": "'[\"a\"]'", "numbers": "NULL", "scale": str(whole), "live": "TRUE",
        "a_very_long_name_that_has_exactly_forty_letters_x": f"'{number}'", "parent_id": "NULL", "where_id": "NULL",
        "buyer_id": f"'{ID(100 + number)}'", "owner_id": "NULL",
        "deleted_at": "'2026-01-31 09:30:00.000'" if deleted else "NULL", "version": "1",
        "created_at": "'2026-01-31 09:30:00.000'", "updated_at": "'2026-01-31 09:30:00.000'",
    }
    return values


def insert(table, values, quote):
    columns = ", ".join(f"{quote}{name}{quote}" for name in values)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(values.values())});"


def statements(quote):
    """(golden case, statement, whether it must be taken)"""
    start = "2000-01-01 00:00:00.000"
    early = "1999-12-31 23:59:59.999"
    users = [f"INSERT INTO users (id) VALUES ('{ID(100 + number)}');" for number in range(9)]
    order = lambda *given, **options: insert("orders", long_row(*given, **options), quote)
    return [
        ("shop", tag(1, "red"), True),
        ("shop", tag(2, "Red"), True),
        ("shop", tag(3, "red"), False),
        ("shop", tag(4, "r"), False),
        ("shop", tag(5, "\U0001f600" * 30), True),
        ("shop", tag(6, "\U0001f600" * 31), False),
        ("shop", tag(7, "blue", ID(99)), False),
        *(("wide", each, True) for each in users),
        ("wide", order(1, start, "a@b.cd", deleted=False), True),
        ("wide", order(2, start, "a@b.cd", deleted=False), False),
        ("wide", order(3, start, "a@b.cd", deleted=True), True),
        ("wide", order(4, start, "a@b.cd", deleted=True), True),
        ("wide", order(5, early, "c@b.cd", deleted=False), False),
        ("wide", order(6, start, "d@b.cd", deleted=False, whole=99999), True),
        ("wide", order(7, start, "e@b.cd", deleted=False, whole=100000), False),
    ]


class Sqlite:
    quote = '"'

    def __init__(self, _arguments):
        self.connection = None

    def begin(self, _case):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("PRAGMA foreign_keys = ON")

    def run(self, script):
        try:
            self.connection.executescript(script)
        except sqlite3.Error as error:
            return str(error)
        return None

    def end(self, _case):
        left = self.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        assert left == [("users",)], left


class Server:
    quote = '"'
    command = ("psql", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d")
    first = "postgres"

    def __init__(self, arguments):
        self.arguments = arguments
        self.database = self.first

    def begin(self, case):
        self.run(f"DROP DATABASE IF EXISTS ddl_{case};", self.first)
        assert self.run(f"CREATE DATABASE ddl_{case};", self.first) is None
        self.database = f"ddl_{case}"

    def run(self, script, database=None):
        command = [*self.command, database or self.database, *self.arguments]
        if (database or "") == self.first and "-1" in command:
            command.remove("-1")
        done = subprocess.run(command, input=script, text=True, capture_output=True)
        return done.stderr if done.returncode else None

    def end(self, case):
        assert self.run(f"DROP DATABASE ddl_{case};", self.first) is None


class Mysql(Server):
    quote = "`"
    command = ("mariadb", "--default-character-set=utf8mb4", "-D")
    first = "mysql"


def main():
    name, *arguments = sys.argv[1:]
    database = {"sqlite": Sqlite, "postgresql": Server, "mysql": Mysql}[name](arguments)
    faults = []
    for case in ("shop", "wide"):
        up, down = (GOLDEN / f"{case}.{name}.sql").read_text().split("\n-- down\n")
        database.begin(case)
        for script in (USERS[name], up):
            error = database.run(script)
            if error is not None:
                sys.exit(f"{case}: {error}")
        for of, statement, taken in statements(database.quote):
            error = database.run(statement) if of == case else None
            if of == case and (error is None) != taken:
                faults.append(f"{case}: {'refused' if taken else 'taken'}: {statement}\n{error or ''}")
        error = database.run(down)
        if error is not None:
            faults.append(f"{case}: down: {error}")
        database.end(case)
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main()
