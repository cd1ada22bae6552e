"""`python -m marketplace.competitions.scoring FILE [PUBLIC_KEY]`: check a frozen result without the application."""

import json
import sys
from pathlib import Path

from marketplace.competitions.scoring.snapshot import problems


def main() -> int:
    """0 where everything holds; otherwise says what does not."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = problems(document, public_key=sys.argv[2] if len(sys.argv) > 2 else "")
    print("\n".join(found) if found else f"✓ {document['hash']}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
