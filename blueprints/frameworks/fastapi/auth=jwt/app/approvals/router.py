"""Approvals over HTTP."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from app.approvals import service
from app.approvals.schemas import Approval, ApprovalList, ApprovalReject, PendingApproval
from app.core.answers import page
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.core.json_body import JsonRoute
from app.core.listing import parameters
from app.core.responses import WITH_BODY, errors
from app.project import BASE_PATH

router = APIRouter(
    prefix=f"{BASE_PATH}/approvals",
    tags=["approvals"],
    route_class=JsonRoute,
)


@router.get(
    "",
    operation_id="listApprovals",
    summary="List the approvals that the caller asked for or decides",
    response_model=ApprovalList,
    responses=errors(400, 401),
    openapi_extra={"parameters": parameters(service.APPROVAL_LIST)},
)
async def list_approvals(call: CallDep) -> Response:
    """Oldest first."""
    return page(await service.list_approvals(call))


@router.get(
    "/{id}",
    operation_id="readApproval",
    summary="Read an approval",
    response_model=Approval,
    responses=errors(400, 401, 404),
)
async def read_approval(call: CallDep, id: PathId) -> Response:
    """For who asked for it, and for those who decide."""
    return answer(await service.read_approval(call, id))


@router.post(
    "/{id}/approve",
    operation_id="approveApproval",
    summary="Consent to a write",
    response_model=Approval,
    responses=errors(400, 401, 403, 404, 409),
)
async def approve_approval(call: CallDep, id: PathId) -> Response:
    """The write is done."""
    return answer(await service.approve(call, id))


@router.post(
    "/{id}/reject",
    operation_id="rejectApproval",
    summary="Refuse a write",
    response_model=Approval,
    responses=errors(*WITH_BODY, 401, 403, 404, 409),
)
async def reject_approval(
    call: CallDep,
    id: PathId,
    body: Submitted[ApprovalReject],
) -> Response:
    """Nothing is done."""
    return answer(await service.reject(call, id, body))


def answer(approval: Approval) -> Response:
    """200 with an approval."""
    return JSONResponse(approval.model_dump(mode="json"))


def pending(waiting: PendingApproval) -> Response:
    """202: the write waits for consent."""
    return JSONResponse(waiting.model_dump(mode="json"), status_code=202)
