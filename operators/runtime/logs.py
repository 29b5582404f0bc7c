"""Structured logs: structlog in front, the standard library's logging behind.

Nothing is configured at import and nothing globally: the logger of an operator renders its own line and hands it to
``logging.getLogger("kubernaut.<operator>")``, so that levels and handlers stay with whoever runs the process (Kopf's command
line, pytest, a harness).
"""

import logging
from typing import Any

import structlog
from structlog.typing import FilteringBoundLogger, Processor

__all__ = ["logger"]


def logger(operator: str, *, style: str = "console") -> FilteringBoundLogger:
    """The logger of one operator; bind ``namespace``, ``name`` and ``phase`` where they are known.

    :param style: ``console``: ``event key=value …``; ``json``: one object per line with time and level.
    """
    shared: list[Processor] = [structlog.stdlib.filter_by_level, structlog.processors.format_exc_info]
    rendered: list[Processor] = (
        [
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ]
        if style == "json"
        else [_key_values]
    )
    bound: FilteringBoundLogger = structlog.wrap_logger(
        logging.getLogger(f"kubernaut.{operator}"),
        processors=[*shared, *rendered],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
        operator=operator,
    )
    return bound


def _key_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> str:
    """``event key=value …``, the traceback, if there is one, below."""
    said = str(event.pop("event"))
    trace = event.pop("exception", None)
    pairs = " ".join(f"{name}={value}" for name, value in sorted(event.items()))
    line = f"{said} {pairs}" if pairs else said
    return f"{line}\n{trace}" if trace else line
