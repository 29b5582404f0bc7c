"""The budget of a remediation: counted on the tape, and read from the documentation."""

from collections import Counter

from harness.simulation.tape import API_HOST
from harness.simulation.trouble import Stage

COLUMNS = (
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "audit posts",
    "requests",
    "writes",
    "events seen",
)
_WRITES = ("create", "update", "patch", "delete", "audit posts")


def counted(messages, *, without):
    """Count messages by actor: ``{actor: {column: number}}``.

    :param without: actors that belong to the test.
    """
    found = {}
    for message in messages:
        moment = message.moment
        if moment.actor in without:
            continue
        row = found.setdefault(moment.actor, Counter(dict.fromkeys(COLUMNS, 0)))
        if moment.stage is Stage.EVENT:
            row["events seen"] += 1
            continue
        column = moment.verb if moment.host == API_HOST else "audit posts"
        row[column] += 1
        row["requests"] += 1
        row["writes"] += column in _WRITES
    total = sum(found.values(), Counter())
    rows = {actor: dict(found[actor]) for actor in sorted(found)}
    return rows | {"total": {column: total[column] for column in COLUMNS}}


def rendered(rows):
    """Return the table as it stands in the documentation."""
    lines = ["| actor | " + " | ".join(COLUMNS) + " |", "|---" + "|---:" * len(COLUMNS) + "|"]
    lines += [
        f"| {actor} | " + " | ".join(str(row[column]) for column in COLUMNS) + " |" for actor, row in rows.items()
    ]
    return "\n".join(lines)


def documented(text):
    """Return the table that stands between the two marks of a document."""
    _, _, rest = text.partition("<!-- budget: begin -->")
    table, mark, _ = rest.partition("<!-- budget: end -->")

    assert mark, "the documentation has lost the marks around its table of the budget"
    return table.strip()
