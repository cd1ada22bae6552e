"""Where the present request comes from, for the entries that it causes."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Origin:
    """Address and identifier of a request; empty for commands and workers."""

    address: str | None = None
    request_id: str = ""


NOWHERE = Origin()  # frozen: commands and workers share it
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def current_origin() -> Origin:
    """The origin of what is being done now."""
    return _origin.get()


class OriginMiddleware:
    """Remembers the origin for the time of a request. Trusts REMOTE_ADDR: the server in front sets it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request.headers.get("X-Request-ID", "")[:64] or uuid4().hex
        token = _origin.set(Origin(request.META.get("REMOTE_ADDR") or None, request_id))
        try:
            return self.get_response(request)
        finally:
            _origin.reset(token)
