"""Writes that wait for consent: who asks, who sees, who decides, and what a decision does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from app.core.database import Database
from app.core.naming import json_name
from app.core.repository import MASK
from tests.api.common import UNKNOWN_ID, breaks_a_rule, faults, path_of, target_of
from tests.callers import ROLES, LogIn, Person
from tests.conditions import Case, Vector, name_of, resource_of, stored, vectors
from tests.factories import Factory, repository
from tests.table import Resource

pytestmark = pytest.mark.anyio

METHODS = {"create": "POST", "update": "PATCH", "delete": "DELETE"}
REQUESTED_BY, DECIDED_BY, ROW_ID = map(json_name, ("requested_by", "decided_by", "row_id"))
OWNER_ID, ACTOR_ID = map(json_name, ("owner_id", "actor_id"))


Asked = tuple[Case, dict[str, Any] | None, dict[str, Any]]


@dataclass
class Desk:
    """Sends the writes of one rule, as somebody who must ask and as somebody who need not."""

    client: httpx2.AsyncClient
    database: Database
    factory: Factory
    vector: Vector
    asker: Person
    admin: Person

    @property
    def resource(self) -> Resource:
        return resource_of(self.vector)

    @property
    def action(self) -> str:
        found = repository(self.resource).consents[self.vector["name"] - 1]
        return str(found.on)

    async def row(self, case: Case) -> dict[str, Any]:
        """A row of the asker as it is before the write."""
        row = await self.factory.make(self.resource, owner=self.asker)
        model = repository(self.resource).model
        values = stored(self.vector, case["old"])
        if values:
            async with self.database.write() as session:
                await session.execute(update(model).where(model.id == row["id"]).values(**values))
        found = await self.client.get(path_of(self.resource, row), headers=self.admin.headers)
        return {**row, **found.json()} if found.status_code == 200 else row

    async def write(
        self,
        case: Case,
        person: Person,
        row: dict[str, Any] | None = None,
        **headers: str,
    ) -> httpx2.Response:
        """The write of a case."""
        body: dict[str, Any] | None
        if self.action == "create":
            body = await self.factory.body(self.resource, case["new"], owner=self.asker)
            path = self.resource.path
        else:
            assert row is not None
            changed = {key: value for key, value in case["new"].items() if row.get(key) != value}
            body = changed if self.action == "update" else None
            path = path_of(self.resource, row)
        sent = {**person.headers, **headers}
        return await self.client.request(METHODS[self.action], path, json=body, headers=sent)

    async def ask(self) -> AsyncIterator[Asked]:
        """Every write that waits now, one after another; those that break a rule are no writes."""
        for case in cases(self.vector, True):
            row = None if self.action == "create" else await self.row(case)
            answer = await self.write(case, self.asker, row)
            if not breaks_a_rule(answer):
                assert answer.status_code == 202, answer.text
                yield case, row, answer.json()["approval"]

    async def first(self) -> Asked:
        """A write that waits, its row before it, and the approval."""
        async for asked in self.ask():
            return asked
        pytest.skip("whatever needs consent breaks a rule")

    async def decide(self, approval: dict[str, Any], person: Person) -> httpx2.Response:
        """Consent."""
        path = f"/approvals/{approval['id']}/approve"
        return await self.client.post(path, headers=person.headers)

    async def read(self, row: dict[str, Any]) -> httpx2.Response:
        """The row as it is now."""
        return await self.client.get(path_of(self.resource, row), headers=self.admin.headers)


def cases(vector: Vector, holds: bool | None) -> list[Case]:
    """The cases in which the condition is true, false or unknown."""
    return [case for case in vector["cases"] if case["holds"] is holds]


def asks(vector: Vector) -> str | None:
    """A role that may write and must ask; None when there is none."""
    resource = resource_of(vector)
    found = repository(resource)
    rule = found.consents[vector["name"] - 1]
    names = set(found.access.names(rule.on))
    for role in ROLES:
        plain = "user" if role == "owner" else role
        mine = {"public", "authenticated", "owner", plain}
        decides = plain in rule.approvers or "owner" in rule.approvers
        if role != "anonymous" and plain != "admin" and names & mine and not decides:
            return plain
    return None


# Where everybody who may write may also consent, nobody has to ask.
ASKING = [vector for vector in vectors("approval", "read") if asks(vector)]
each_rule = pytest.mark.parametrize("vector", ASKING, ids=name_of)


@pytest.fixture
async def desk(
    vector: Vector,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
    log_in: LogIn,
) -> Desk:
    return Desk(client, database, factory, vector, await log_in(asks(vector)), admin)


@each_rule
async def test_a_write_waits_and_is_done_when_approved(desk: Desk) -> None:
    count = 0
    async for _, row, approval in desk.ask():
        count += 1
        assert approval["status"] == "pending"
        assert approval["entity"] == desk.vector["entity"]
        assert approval["action"] == desk.action
        assert approval[REQUESTED_BY] == str(desk.asker.id)
        assert approval[ROW_ID] == (row["id"] if row else None)
        private = {each.key for each in desk.resource.written if each.private}
        hidden = [value for key, value in approval["change"].items() if key in private]
        assert hidden == [MASK] * len(hidden)
        if row is not None:
            assert (await desk.read(row)).json() == row
        done = await desk.decide(approval, desk.admin)
        assert done.status_code == 200, done.text
        assert (done.json()["status"], done.json()[DECIDED_BY]) == ("approved", str(desk.admin.id))
        if desk.action == "delete" and row is not None:
            assert (await desk.read(row)).status_code == 404
        else:
            now = (await desk.read({"id": done.json()[ROW_ID]})).json()
            change = {key: value for key, value in approval["change"].items() if value != MASK}
            assert {key: now[key] for key in change} == change
            assert now["version"] == (row["version"] + 1 if row else 1)
            assert now.get(OWNER_ID, str(desk.asker.id)) == str(desk.asker.id)
        if desk.resource.audit:
            path = f"{path_of(desk.resource, {'id': done.json()[ROW_ID]})}/audit"
            entries = (await desk.client.get(path, headers=desk.admin.headers)).json()["items"]
            assert entries[-1][ACTOR_ID] == str(desk.asker.id)
        again = await desk.decide(approval, desk.admin)
        assert again.status_code == 409, again.text
    if not count:
        pytest.skip("whatever needs consent breaks a rule")


@each_rule
async def test_a_whole_row_waits_like_a_part_of_it(desk: Desk) -> None:
    case, row, _ = await desk.first()
    if desk.action != "update" or row is None:
        return
    keys = [each.key for each in desk.resource.written]
    keys += [each.key for each in desk.resource.relations]
    body = {key: row[key] for key in keys if key in row} | case["new"]
    path = path_of(desk.resource, row)
    answer = await desk.client.put(path, json=body, headers=desk.asker.headers)
    assert answer.status_code == 202, answer.text
    assert (await desk.read(row)).json() == row


@each_rule
async def test_a_conflict_waits_for_nobody(desk: Desk) -> None:
    case, row, _ = await desk.first()
    unique = [each.key for each in desk.resource.written if each.unique and not each.private]
    if desk.action == "delete" or not unique:
        return
    other = await desk.factory.make(desk.resource)
    known = await desk.client.get("/approvals", headers=desk.admin.headers)
    taken = {unique[0]: other[unique[0]]}
    answer = await desk.write({**case, "new": {**case["new"], **taken}}, desk.asker, row)
    assert faults(answer, 409) == {unique[0]: "unique"}
    page = await desk.client.get("/approvals", headers=desk.admin.headers)
    assert page.json() == known.json()


@each_rule
async def test_what_needs_no_consent_is_done_at_once(desk: Desk) -> None:
    for case in (*cases(desk.vector, False), *cases(desk.vector, None)):
        row = None if desk.action == "create" else await desk.row(case)
        answer = await desk.write(case, desk.asker, row)
        if answer.status_code != 400:  # Another rule may be in the way.
            assert answer.status_code in (200, 201, 204), (case, answer.text)
        if row or answer.status_code == 201:
            # Unique values run out.
            await desk.factory.forget(desk.resource, row or answer.json())


@each_rule
async def test_approvers_need_not_ask(desk: Desk) -> None:
    case, row, _ = await desk.first()
    answer = await desk.write(case, desk.admin, row)
    assert answer.status_code in (200, 201, 204), answer.text


@each_rule
async def test_who_sees_and_decides(desk: Desk, log_in: LogIn) -> None:
    _, row, approval = await desk.first()
    path = f"/approvals/{approval['id']}"
    stranger = await log_in("user")
    rule = repository(desk.resource).consents[desk.vector["name"] - 1]
    seen = [(desk.asker, 200), (desk.admin, 200)]
    seen += [] if "user" in rule.approvers else [(stranger, 404)]
    for person, status in seen:
        read = await desk.client.get(path, headers=person.headers)
        assert read.status_code == status
        listed = await desk.client.get("/approvals", headers=person.headers)
        assert (approval in listed.json()["items"]) is (status == 200)
    assert (await desk.client.get(path)).status_code == 401
    assert (await desk.decide(approval, desk.asker)).status_code == 403
    if "user" not in rule.approvers:
        assert (await desk.decide(approval, stranger)).status_code == 404
    missing = await desk.decide({"id": UNKNOWN_ID}, desk.admin)
    assert missing.status_code == 404
    for query, found in (
        ("status=pending", True),
        ("status=approved", False),
        (f"entity={desk.vector['entity']}", True),
        ("entity=Nothing", False),
        (f"{ROW_ID}={approval[ROW_ID] or UNKNOWN_ID}", row is not None),
    ):
        page = await desk.client.get(f"/approvals?{query}", headers=desk.admin.headers)
        assert (approval in page.json()["items"]) is found, query


@each_rule
async def test_a_refused_write_is_not_done(desk: Desk) -> None:
    _, row, approval = await desk.first()
    path = f"/approvals/{approval['id']}/reject"
    for body, rule in (({}, "required"), ({"reason": ""}, "min"), ({"reason": "x" * 501}, "max")):
        answer = await desk.client.post(path, json=body, headers=desk.admin.headers)
        assert faults(answer) == {"reason": rule}
    body = {"reason": "x" * 500}
    refused = await desk.client.post(path, json=body, headers=desk.asker.headers)
    assert refused.status_code == 403
    done = await desk.client.post(path, json=body, headers=desk.admin.headers)
    assert (done.status_code, done.json()["status"]) == (200, "rejected")
    assert done.json()["reason"] == body["reason"]
    if row is not None:
        assert (await desk.read(row)).json() == row
    assert (await desk.decide(approval, desk.admin)).status_code == 409


@each_rule
async def test_an_outdated_write_is_not_done(desk: Desk) -> None:
    _, row, approval = await desk.first()
    if row is None:
        return  # A new row cannot have changed.
    model = repository(desk.resource).model
    async with desk.database.write() as session:
        statement = update(model).where(model.id == row["id"])
        await session.execute(statement.values(version=row["version"] + 1))
    answer = await desk.decide(approval, desk.admin)
    assert answer.status_code == 409
    path = f"/approvals/{approval['id']}"
    read = await desk.client.get(path, headers=desk.admin.headers)
    assert read.json()["status"] == "outdated"
    assert (await desk.read(row)).json() == {**row, "version": row["version"] + 1}


@each_rule
async def test_a_write_that_refers_to_what_is_gone_is_not_done(desk: Desk) -> None:
    case, row, _ = await desk.first()
    for relation in desk.resource.relations:
        target = target_of(relation)
        if desk.action == "delete" or relation.links or not (target and target.can("create")):
            continue
        if not {"public", "authenticated"} & set(target.access["read"]):
            continue
        other = await desk.factory.make(target)
        changed = {**case, "new": {**case["new"], relation.key: other["id"]}}
        asked = await desk.write(changed, desk.asker, row)
        assert asked.status_code == 202, asked.text
        await desk.factory.forget(target, other)
        approval = asked.json()["approval"]
        assert (await desk.decide(approval, desk.admin)).status_code == 409
        path = f"/approvals/{approval['id']}"
        read = await desk.client.get(path, headers=desk.admin.headers)
        assert read.json()["status"] == "outdated"


@each_rule
async def test_of_many_decisions_one_counts(desk: Desk) -> None:
    _, _, approval = await desk.first()
    answers = await asyncio.gather(*(desk.decide(approval, desk.admin) for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409]


@each_rule
async def test_a_repeated_request_asks_once(desk: Desk) -> None:
    if desk.action != "create":
        return
    case, _, _ = await desk.first()
    body = await desk.factory.body(desk.resource, case["new"], owner=desk.asker)
    headers = {**desk.asker.headers, "Idempotency-Key": "once"}
    posts = (desk.client.post(desk.resource.path, json=body, headers=headers) for _ in range(3))
    answers = await asyncio.gather(*posts)
    assert {each.status_code for each in answers} == {202}
    assert len({each.json()["approval"]["id"] for each in answers}) == 1
