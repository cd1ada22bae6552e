"""Tries at the same moment, each on its own connection: shared by the test and the benchmark."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from django.db import IntegrityError, OperationalError, connection

from marketplace.web.verdicts import Refused

Try = Callable[[], object]


@dataclass(slots=True)
class Outcome:
    """What came of all tries: how many won, what the others were told, how long each waited in seconds."""

    won: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    broke: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def contest(tries: Sequence[tuple[str, Try]]) -> Outcome:
    """Start all tries together; `won` names those that went through, `broke` the errors that no person could read.

    The pool of connections is left aside meanwhile: with fewer connections than tries they would come one by one.
    """
    outcome, gate, guard = Outcome(), threading.Barrier(len(tries), timeout=60), threading.Lock()
    options = connection.settings_dict["OPTIONS"]
    pool = options.pop("pool", None)

    def run(name: str, attempt: Try) -> None:
        connection.ensure_connection()
        gate.wait()
        begun = perf_counter()
        try:
            attempt()
            said = ("won", name)
        except Refused as refused:
            said = ("told", str(refused.reason))
        except (IntegrityError, OperationalError) as error:
            said = ("broke", str(error).splitlines()[0])
        finally:
            connection.close()
        with guard:
            outcome.waits.append(perf_counter() - begun)
            if said[0] == "told":
                outcome.told[said[1]] += 1
            else:
                getattr(outcome, said[0]).append(said[1])

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in tries]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    finally:
        if pool is not None:
            options["pool"] = pool
    return outcome
