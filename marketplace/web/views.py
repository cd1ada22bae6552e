"""Views that know no noun of the domain."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from marketplace.web.health import check_health


@require_GET
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when web, database, queue and model are ready; 503 and which one is not otherwise."""
    parts = check_health()
    ready = all(part["ready"] for part in parts.values())
    return JsonResponse({"ready": ready, "web": {"ready": True}, **parts}, status=200 if ready else 503)
