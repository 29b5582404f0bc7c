"""Whether the server is well, as probes and monitors ask."""

from ..script import behaviour
from ..side import Side

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
