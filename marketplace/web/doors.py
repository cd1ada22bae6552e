"""Doors: what stands in the first line of a view."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from marketplace.web.verdicts import Refused

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request of somebody who signed in: `user` is the person, never anonymous."""

    user: Any


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Ask for signing in first, and come back afterwards; an htmx call is told in a sentence."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.headers.get("HX-Request") and not cast(AbstractBaseUser, request.user).is_authenticated:
            raise Refused(_("登录已过期，请刷新页面后重新登录。"))
        return login_required(view)(cast(SignedInRequest, request), *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], wrapped)
