#!/usr/bin/env python
"""Commands of the installation; starts the embedded services first where no external ones are set."""

import os
import sys


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # heavy; only when run

    from config.embedded import ServiceError, using_services  # noqa: PLC0415  # after the settings module is named

    try:
        with using_services():
            execute_from_command_line(sys.argv)
    except ServiceError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
