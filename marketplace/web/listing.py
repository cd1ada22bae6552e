"""Lists: bounded pages with a count, so that a list page costs the same statements whatever it holds."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.http import HttpRequest

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows and what the pagination component needs."""

    page: Page[Any]
    total: int

    @property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        return list(self.page.object_list)


def paginate(request: HttpRequest, rows: models.QuerySet[Any], *, size: int = PAGE_SIZE) -> Listing:
    """The page that the request asks for; a number out of range gives the nearest page. Two statements."""
    paginator = Paginator(rows, size)
    page = paginator.get_page(request.GET.get("page"))
    return Listing(page=page, total=paginator.count)
