"""The language of an answer, and refusals as pages that a person can read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation

from marketplace.web.verdicts import Refused


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Pages are Chinese until a visitor asks for English, whatever the browser prefers.

    The interface for programs answers in the language that its client asks for.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        if request.path_info.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


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
