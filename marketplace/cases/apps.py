"""Cases follow the choices of applications."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """A case opens when a choice becomes final, and ends when it falls before a contract."""

    name = "marketplace.cases"

    def ready(self) -> None:
        """Models may be imported from here on."""
        from marketplace.applications.outcomes import follow  # noqa: PLC0415  # models are not ready earlier
        from marketplace.cases.following import CaseFollower  # noqa: PLC0415

        follow(CaseFollower())
