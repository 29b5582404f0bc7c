"""Whether the server is well, as probes and monitors ask."""

from ..script import behaviour
from ..side import Side, Target

PATHS = ("/healthz", "/livez", "/readyz")


@behaviour
def in_a_word(api: Side) -> None:
    for path in PATHS:
        api.get(path)


@behaviour
def check_by_check(api: Side) -> None:
    for path in PATHS:
        api.get(path, verbose="")


@behaviour
def verbose_by_any_value(api: Side) -> None:
    api.get("/livez", verbose="false")


@behaviour
def without_one_check(api: Side) -> None:
    api.get("/readyz", verbose="", exclude="etcd")
    api.get("/readyz", exclude="etcd")


@behaviour
def without_a_check_that_is_not_there(api: Side) -> None:
    api.get("/livez", exclude="nothing")
    api.get("/livez", verbose="", exclude="nothing")
    api.get("/livez", verbose="", exclude="etcd,log")


@behaviour
def without_several_checks(api: Side) -> None:
    for query in (
        "exclude=etcd&exclude=log",
        "exclude=etcd&exclude=none&exclude=other",
        "exclude=",
        "exclude=log&exclude=log",
    ):
        api.get(Target(f"/livez?verbose&{query}"))
        api.get(Target(f"/livez?{query}"))


@behaviour
def how_often_checks_were_made(api: Side) -> None:
    before = _made(api)
    for target in ("/livez", "/livez/etcd", "/livez?exclude=log", "/healthz?verbose", "/readyz/ping"):
        api.get(Target(target))
    after = _made(api)
    api.note({name: count - before.get(name, 0) for name, count in after.items() if 'type="readyz"' not in name})


def _made(api: Side) -> dict[str, float]:
    """Return what is counted, but for the starting servers' own failures; those that ask for readiness are many."""
    answer = api.aside("GET", "/metrics/slis")
    assert answer.headers["process-start-time-unix"].isdigit()
    lines = [line for line in answer.text.decode().splitlines() if "healthcheck" in line and "#" not in line]
    return {name: float(count) for name, _, count in (line.rpartition(" ") for line in lines) if "error" not in name}


@behaviour
def one_check(api: Side) -> None:
    for check in ("ping", "etcd", "log", "poststarthook/rbac/bootstrap-roles", "autoregister-completion"):
        for path in PATHS:
            api.get(f"{path}/{check}")
    api.get("/livez/etcd", verbose="")


@behaviour
def checks_of_one_path_alone(api: Side) -> None:
    for check in ("shutdown", "informer-sync", "etcd-readiness", "loopback-serving-certificate"):
        for path in PATHS:
            api.get(f"{path}/{check}")


@behaviour
def no_such_check(api: Side) -> None:
    for path in ("/livez/none", "/livez/poststarthook", "/livez/", "/livez/ping/", "/healthz/livez", "/health"):
        api.get(path)


@behaviour
def any_method(api: Side) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        api.request(method, "/livez")
        api.request(method, "/readyz/ping")
