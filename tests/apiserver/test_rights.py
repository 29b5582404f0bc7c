"""Authorizers in expressions: what is asked step by step reaches whoever decides, once, and as it was asked."""

from typing import TYPE_CHECKING, Any

import pytest

from harness.apiserver.cel.library.rights import Authorizer, ResourceCheck, Wish
from harness.apiserver.cel.types import AUTHORIZER, DYN, RESOURCE_CHECK
from harness.apiserver.schema.cel import CelError, Expression

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = {"authorizer": AUTHORIZER, "authorizer.requestResource": RESOURCE_CHECK, "d": DYN}


class Recorder:
    """Somebody who decides about one user, and remembers what was asked; only the verb ``get`` is granted."""

    def __init__(self, name: str = "me", asked: list[tuple[str, Wish]] | None = None) -> None:
        self.name = name
        self.asked: list[tuple[str, Wish]] = [] if asked is None else asked

    def decide(self, wish: Wish) -> tuple[bool, str]:
        self.asked.append((self.name, wish))
        return wish.verb == "get", "because"

    def account(self, namespace: str, name: str) -> "Recorder":
        return Recorder(f"{namespace}/{name}", self.asked)


def run(text: str, decider: Recorder, **more: Any) -> Any:
    """Return the value of an expression."""
    mine = ResourceCheck(decider, Wish("", group="ex.dev", resource="things", namespace="a", name="one"))
    values: Mapping[str, Any] = {"authorizer": Authorizer(decider), "authorizer.requestResource": mine, "d": {}} | more
    return Expression(text, VARIABLES, {}).run(values)[0]


@pytest.mark.parametrize(
    ("text", "user", "wish"),
    [
        ("authorizer.path('/healthz').check('get').allowed()", "me", Wish("get", path="/healthz")),
        ("authorizer.group('').resource('pods').check('get').allowed()", "me", Wish("get", resource="pods")),
        (
            "authorizer.group('g').resource('r').subresource('s').namespace('n').name('x').check('get').allowed()",
            "me",
            Wish("get", group="g", resource="r", subresource="s", namespace="n", name="x"),
        ),
        (
            "authorizer.serviceAccount('n', 'robot').group('g').resource('r').check('get').allowed()",
            "n/robot",
            Wish("get", group="g", resource="r"),
        ),
        (
            "authorizer.requestResource.check('get').allowed()",
            "me",
            Wish("get", group="ex.dev", resource="things", namespace="a", name="one"),
        ),
        (
            "authorizer.requestResource.name('').fieldSelector('a=b').labelSelector('a').check('get').allowed()",
            "me",
            Wish("get", group="ex.dev", resource="things", namespace="a"),
        ),
    ],
)
def test_what_is_asked_is_what_was_said(text: str, user: str, wish: Wish) -> None:
    """A part that gets lost on the way is a right that somebody has by mistake."""
    decider = Recorder()

    assert run(text, decider) is True
    assert [(user, wish)] == decider.asked


def test_a_check_is_not_changed_by_what_is_asked_after_it() -> None:
    """Checks are values: two questions that begin alike do not share their ends."""
    decider = Recorder()

    both = "one.name('x').check('get').allowed() && one.check('get').allowed()"
    run(f"[authorizer.group('g').resource('r')].all(one, {both})", decider)

    assert ["x", ""] == [wish.name for _, wish in decider.asked]


def test_a_refusal_has_its_reason_and_is_no_error() -> None:
    """``errored`` is for authorizers that fail; a decision is no failure."""
    decider = Recorder()
    check = "authorizer.path('/x').check('delete')"

    assert [False, "because"] == run(f"[dyn({check}.allowed()), {check}.reason()]", decider)
    assert [False, ""] == run(f"[dyn({check}.errored()), {check}.error()]", decider)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("authorizer.path(' ').check('get').allowed()", "path must not be empty"),
        ("authorizer.group('').resource('').check('get').allowed()", "resource must not be empty"),
        ("authorizer.serviceAccount('N', 'n').path('/').check('get').allowed()", "Invalid service account namespace"),
        ("authorizer.serviceAccount('n', 'N').path('/').check('get').allowed()", "Invalid service account name"),
        ("authorizer == authorizer", "no such overload"),
        ("d.check('get').allowed()", r"no such overload: check\(map, string\)"),
    ],
)
def test_questions_that_cannot_be_asked(text: str, problem: str) -> None:
    """Nobody is asked then."""
    decider = Recorder()

    with pytest.raises(CelError, match=f"^{problem}$"):
        run(text, decider)
    assert [] == decider.asked


def test_an_expression_can_ask_twice_and_no_more() -> None:
    """A check costs more than a third of what an expression may."""
    check = "authorizer.path('/x').check('get').allowed()"
    decider = Recorder()

    assert run(f"{check} && {check}", decider) is True
    with pytest.raises(CelError) as refused:
        run(f"{check} && {check} && {check}", decider)
    assert refused.value.exhausted


def test_there_is_no_authorizer_where_none_is_declared() -> None:
    """Rules of definitions know the functions, and have nobody to ask."""
    with pytest.raises(CelError, match="undeclared reference to 'authorizer'"):
        Expression("authorizer.path('/x').check('get').allowed()", {"self": DYN}, {})
