"""What migrations ask before they change anything."""

from alembic import op


def refuse(message: str, query: str) -> None:
    """Stop when the query finds a row: the message says what must hold."""
    rows = op.get_bind().exec_driver_sql(query).fetchall()
    if rows:
        raise SystemExit(f"{message}: {', '.join(' '.join(map(str, row)) for row in rows)}")
