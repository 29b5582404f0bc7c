"""Records for tests, as short as they can be said."""

from harness.parity.playing import Run
from harness.parity.record import Account, Part, Record


def part(role="grants in a", **accounts):
    """Return an object that took part; an account is what was seen, or a pair of that and what came later."""
    return Part(role, {aspect: _account(words) for aspect, words in accounts.items()})


def record(*parts, complete=False, gaps=()):
    """Return a record of these objects."""
    return Record(parts=parts, complete=complete, gaps=tuple(gaps))


def run(*parts, outcome="passed", seed=0, complete=False, gaps=(), **fields):
    """Return a run that did this."""
    made = record(*parts, complete=complete, gaps=gaps) if outcome == "passed" else None
    return Run(id="it", outcome=outcome, real_s=1.0, seed=seed, record=made, **fields)


def _account(words):
    seen, later = words if isinstance(words, tuple) else (words, "")
    return Account(tuple(seen.split()), tuple(later.split()))
