"""`python -m benchmarks` lists them; `python -m benchmarks NAME` runs one and exits 1 when a figure falls short."""

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(module.name for module in iter_modules(benchmarks.__path__) if not module.name.startswith("_"))


def main() -> int:
    """List, or run one."""
    if len(sys.argv) < 2 or sys.argv[1] not in names() or sys.argv[1] == "report":
        for name in names():
            if name != "report":
                doc = (import_module(f"benchmarks.{name}").__doc__ or "").strip().splitlines()[0]
                print(f"  {name:<18} {doc}")
        return 0 if len(sys.argv) < 2 else 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.embedded import using_services

    with using_services():
        return int(import_module(f"benchmarks.{sys.argv[1]}").run())


if __name__ == "__main__":
    sys.exit(main())
