"""What is wrong with probes and lifecycle handlers."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import non_negative, port_number, port_number_or_name
from harness.apiserver.messages import Object

_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_SCHEMES: Final = ("HTTP", "HTTPS")
_NUMBERS: Final = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def probe_errors(probe: Object, path: str, *, once: bool) -> Iterator[FieldError]:
    """Yield what is wrong with a probe; ``once`` tells that one success must be enough."""
    yield from handler_errors(probe, path)
    yield from non_negative(probe, _NUMBERS, path)
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        yield invalid(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0")
    if once and probe.get("successThreshold") != 1:
        yield invalid(f"{path}.successThreshold", probe.get("successThreshold"), "must be 1")
    if not once and grace is not None:
        yield invalid(f"{path}.terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")


def handler_errors(handler: Object, path: str, *, grace: int | None = None) -> Iterator[FieldError]:
    """Yield what is wrong with what a probe or a hook does: exactly one thing; a hook within the ``grace`` of its pod."""
    given = [name for name in _HANDLERS if handler.get(name) is not None]
    if not given:
        yield required(path, "must specify a handler type")
        return
    yield from _action(given[0], handler[given[0]], f"{path}.{given[0]}")
    if given[0] == "sleep" and grace is not None and not 0 <= (seconds := handler["sleep"].get("seconds", 0)) <= grace:
        detail = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        yield invalid(f"{path}.sleep", seconds, detail)
    for name in given[1:]:
        yield forbidden(f"{path}.{name}", "may not specify more than 1 handler type")


def _action(name: str, action: Object, path: str) -> Iterator[FieldError]:
    if name == "exec" and not action.get("command"):
        yield required(f"{path}.command")
    elif name == "httpGet":
        yield from port_number_or_name(action.get("port", 0), f"{path}.port")
        if action.get("scheme") not in _SCHEMES:
            yield not_supported(f"{path}.scheme", action.get("scheme"), _SCHEMES)
    elif name == "tcpSocket":
        yield from port_number_or_name(action.get("port", 0), f"{path}.port")
    elif name == "grpc":
        yield from port_number(action.get("port", 0), f"{path}.port")
