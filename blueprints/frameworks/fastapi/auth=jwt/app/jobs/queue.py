"""Asking for work in the transaction of the write that needs it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs.models import Job


def enqueue(session: AsyncSession, name: str, **arguments: str) -> None:
    """Have a job run once this transaction is committed; a rolled-back one asks for nothing.

    Arguments are kept in clear: pass ids, never secrets.
    """
    session.add(Job(name=name, arguments=arguments))
