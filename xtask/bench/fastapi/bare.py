"""A bare FastAPI + SQLAlchemy service over the tables of the measured one, as tutorials write it.

It does the same queries and gives the same rows, and has nothing around them: no log, no metrics,
no limits, no headers, no request ids, no ETags. `python bare.py` serves it, `python bare.py 1000`
fills the table of products.
"""

import asyncio
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import BigInteger, DateTime, Numeric, String, Uuid, event, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

url = make_url(os.environ["DATABASE_URL"])
sqlite = url.drivername == "sqlite"
engine = create_async_engine(
    url.set(drivername="sqlite+aiosqlite" if sqlite else "postgresql+asyncpg"),
    pool_size=10,
    max_overflow=0,
)
new_session = async_sessionmaker(engine, expire_on_commit=False)

# SQLite has neither type: ids are text there, and prices whole cents.
Id = String(36) if sqlite else Uuid(as_uuid=False)
Price = BigInteger() if sqlite else Numeric(12, 2)
CENTS = 100 if sqlite else 1

if sqlite:

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection, _record) -> None:
        """The settings of the file that the measured service has, too."""
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    pass


class Row(Base):
    __abstract__ = True

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[Decimal] = mapped_column(Price)
    category: Mapped[str] = mapped_column(String(40))
    description: Mapped[str | None]
    in_stock: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int]


class Product(Row):
    __tablename__ = "products"

    owner_id: Mapped[str | None] = mapped_column(Id)


class Offer(Row):
    __tablename__ = "offers"


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[str]
    active: Mapped[bool]


class Session(Base):
    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Schema(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class RowIn(Schema):
    name: str = Field(min_length=2, max_length=100)
    price: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    category: Literal["book", "toy", "game"]
    description: str | None = Field(default=None, max_length=500)
    in_stock: bool = True


class OfferOut(RowIn):
    id: str
    created_at: datetime
    updated_at: datetime
    version: int


class ProductOut(OfferOut):
    owner_id: str | None


class ProductPage(Schema):
    items: list[ProductOut]
    total: int
    limit: int
    offset: int


async def get_session() -> AsyncIterator[AsyncSession]:
    async with new_session() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]
Token = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


async def get_user_id(token: Token, session: SessionDep) -> str:
    """The user of a token, if his session is alive: the query of the measured service."""
    try:
        claims = jwt.decode(
            token.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"], audience="bench"
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    query = (
        select(User.id, User.role)
        .join(Session, Session.user_id == User.id)
        .where(
            User.id == claims["sub"],
            User.active.is_(True),
            Session.id == claims["sid"],
            Session.revoked_at.is_(None),
        )
    )
    user = (await session.execute(query)).first()
    if user is None:
        raise HTTPException(401)
    return user.id


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/api/v1/products/{id}")
async def read_product(id: uuid.UUID, session: SessionDep) -> ProductOut:
    row = await session.scalar(select(Product).where(Product.id == str(id)))
    if row is None:
        raise HTTPException(404)
    return ProductOut.model_validate(row)


@app.get("/api/v1/products")
async def list_products(session: SessionDep, limit: int = 20, offset: int = 0) -> ProductPage:
    total = await session.scalar(select(func.count()).select_from(Product))
    query = select(Product).order_by(Product.id).limit(limit).offset(offset)
    rows = await session.scalars(query)
    items = [ProductOut.model_validate(row) for row in rows]
    return ProductPage(items=items, total=total, limit=limit, offset=offset)


@app.post("/api/v1/offers", status_code=201)
async def create_offer(body: RowIn, session: SessionDep) -> OfferOut:
    row = Offer(**columns(body))
    session.add(row)
    await session.commit()
    return OfferOut.model_validate(row)


@app.post("/api/v1/products", status_code=201)
async def create_product(
    body: RowIn, session: SessionDep, user_id: Annotated[str, Depends(get_user_id)]
) -> ProductOut:
    row = Product(**columns(body), owner_id=user_id)
    session.add(row)
    await session.commit()
    return ProductOut.model_validate(row)


def columns(body: RowIn) -> dict:
    now = datetime.now(UTC)
    values = body.model_dump() | {"id": new_id(), "created_at": now, "updated_at": now}
    return values | {"version": 1, "price": int(body.price * CENTS) if sqlite else body.price}


def new_id() -> str:
    """A version 7 UUID, as the measured service gives."""
    number = int.from_bytes(os.urandom(16)) & ~(0xFFFF << 64) & ((1 << 80) - 1)
    moment = time.time_ns() // 1_000_000
    return str(uuid.UUID(int=moment << 80 | 7 << 76 | number & ~(3 << 62) | 2 << 62))


async def fill(count: int) -> None:
    body = RowIn(name="The Night Train", price="12.50", category="book", in_stock=True)
    body.description = "A crime story on rails."
    async with new_session() as session:
        session.add_all(Product(**columns(body)) for _ in range(count))
        await session.commit()
    await engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(fill(int(sys.argv[1])))
        sys.exit()
    # The options of the measured service that cost or save time.
    uvicorn.run(
        app,
        port=int(os.environ["PORT"]),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
