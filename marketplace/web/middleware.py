"""Turns refusals into pages that a person can read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.web.verdicts import Refused


class RefusalMiddleware:
    """Answers a `Refused` with 403 and its reason; htmx receives the notice alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only refusals; everything else goes its usual way."""
        if not isinstance(exception, Refused):
            return None
        template = "errors/_refused.html" if request.headers.get("HX-Request") else "403.html"
        return render(request, template, {"reason": exception.reason}, status=403)
