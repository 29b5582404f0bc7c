"""CEL by itself: what compiles, to which value it evaluates, at what cost. Expected values are cel-go's."""

from typing import Any

import pytest

from harness.apiserver.cel import (
    Activation,
    BudgetError,
    CelSyntaxError,
    CheckError,
    EvalError,
    check,
    compiled,
    estimate,
    expanded,
    literal_problems,
    parse,
)
from harness.apiserver.cel.types import DYN, INT, STRING, Type, list_of, map_of

VARIABLES = {"d": DYN, "i": INT, "s": STRING, "l": list_of(INT), "m": map_of(STRING, INT)}
VALUES = {"d": {"a": 1, "list": ["x", "y"]}, "i": 5, "s": "Hello", "l": [3, 1, 2], "m": {"one": 1, "two": 2}}


def run(text: str, limit: int = 1_000_000, **values: Any) -> tuple[Any, int]:
    """Return the value of an expression, and what it cost."""
    checked = check(expanded(parse(text)), VARIABLES, {})
    activation = Activation({**VALUES, **values}, limit)
    return compiled(checked)(activation), activation.cost


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("7.0 / 2.0", 3.5),
        ("1u + 2u", 3),
        ("'a' + 'b'", "ab"),
        ("[1, 2] + [3]", [1, 2, 3]),
        ("dyn(1) == 1.0", True),
        ("dyn(1u) == 1", True),
        ("'a' < 'b'", True),
        ("i in l", False),
        ("'one' in m", True),
        ("m['two']", 2),
        ("l[1]", 1),
        ("i > 3 ? 'big' : 'small'", "big"),
        ("has(d.a) && !has(d.b)", True),
        ("d.?b.orValue(9)", 9),
        ("d.?a.hasValue()", True),
        ("[1, ?optional.none()]", [1]),
        ("{'a': 1, ?'b': optional.none()}", {"a": 1}),
        ("int('42')", 42),
        ("string(1.5)", "1.5"),
        ("double(3)", 3.0),
        ("type(1) == int", True),
        ("size(s)", 5),
        ("s.size() + l.size() + m.size()", 10),
    ],
)
def test_operators_and_values(text: str, value: Any) -> None:
    """Integers divide towards zero, numbers compare by value, what is absent is absent."""
    assert value == run(text)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("l.all(x, x > 0)", True),
        ("l.exists(x, x == 2)", True),
        ("l.exists_one(x, x > 1)", False),
        ("l.map(x, x * 2)", [6, 2, 4]),
        ("l.map(x, x > 1, x * 2)", [6, 4]),
        ("l.filter(x, x > 1)", [3, 2]),
        ("m.all(k, k != 'three')", True),
        ("m.all(k, v, size(k) == 3 && v > 0)", True),
        ("l.exists(i, v, i == 1 && v == 1)", True),
        ("m.existsOne(k, v, v == 2)", True),
        ("l.transformList(i, v, i + v)", [3, 2, 4]),
        ("m.transformMap(k, v, v > 1, v * 10)", {"two": 20}),
        ("l.sort()", [1, 2, 3]),
        ("l.sortBy(x, -x)", [3, 2, 1]),
        ("[{'n': 'b'}, {'n': 'a'}].sortBy(e, e.n).map(e, e.n)", ["a", "b"]),
        ("m.transformMapEntry(k, v, {v: k})", {1: "one", 2: "two"}),
        ("l.transformMapEntry(i, v, v > 1, {v: i})", {3: 0, 2: 2}),
        ("l.sum() == 6 && l.max() == 3 && l.min() == 1", True),
        ("l.isSorted()", False),
        ("[1, 2, 1].distinct()", [1, 2]),
        ("lists.range(3)", [0, 1, 2]),
        ("[[1], [2, 3]].flatten()", [1, 2, 3]),
        ("l.slice(1, 3)", [1, 2]),
        ("l.reverse()", [2, 1, 3]),
        ("sets.contains([1, 2, 3], [2])", True),
        ("sets.equivalent([1, 1], [1])", True),
    ],
)
def test_folds_and_lists(text: str, value: Any) -> None:
    """Macros over one variable come from the parser, those over two from here."""
    assert value == run(text)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("s.lowerAscii() + s.upperAscii()", "helloHELLO"),
        ("s.substring(1, 3)", "el"),
        ("s.replace('l', 'L', 1)", "HeLlo"),
        ("'a,b'.split(',')", ["a", "b"]),
        ("['a', 'b'].join('-')", "a-b"),
        ("s.indexOf('l') + s.lastIndexOf('l')", 5),
        ("s.matches('^H.*o$')", True),
        ("s.find('l+')", "ll"),
        ("'%s is %d'.format([dyn(s), i])", "Hello is 5"),
        ("' x '.trim()", "x"),
        ("url('https://h:8/p?a=1').getHostname()", "h"),
        ("isURL('nothing')", False),
        ("quantity('1Gi').isGreaterThan(quantity('1M'))", True),
        ("quantity('2').add(quantity('500m')).asApproximateFloat()", 2.5),
        ("ip('10.0.0.1').family()", 4),
        ("cidr('10.0.0.0/8').containsIP('10.1.2.3')", True),
        ("semver('1.2.3-rc.1').isLessThan(semver('1.2.3'))", True),
        ("format.dns1123Label().validate('A b').hasValue()", True),
        ("duration('90m').getHours()", 1),
        ("timestamp('2026-01-24T15:00:00Z').getMonth()", 0),
        ("timestamp('2026-01-24T15:00:00Z') + duration('1h') > timestamp('2026-01-24T15:30:00Z')", True),
    ],
)
def test_libraries(text: str, value: Any) -> None:
    """Strings, addresses, amounts, times: Kubernetes' own and CEL's extensions."""
    assert value == run(text)[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1 / 0", "division by zero"),
        ("d.nothing", "no such key: nothing"),
        ("l[7]", "index out of bounds: 7"),
        ("m['three']", "no such key: three"),
        ("9223372036854775807 + 1", "integer overflow"),
        ("int('x')", "type conversion error from 'string' to 'int'"),
        ("optional.none().value()", "optional.none() dereference"),
        ("d.a && true", "no such overload"),
        ("d.a.b == 1", "no such key: b"),
        ("d.a[0] == 1", "no such key: 0"),
        ("d.list['x'] == 1", "unsupported index type 'string' in list"),
        ("size(d.a) == 1", "no such overload: size"),
        ("d.list - d.list == 1", "no such overload: _-_"),
        ("isIP(d.a)", "no such overload: isIP(int)"),
        ("d.list.isGreaterThan(quantity('1'))", "no such overload: isGreaterThan(list, kubernetes.Quantity)"),
        ("d.a.all(one, true)", "got 'types.Int', expected iterable type"),
        ("['a', 'b'].transformMapEntry(i, v, {'same': v})", "insert failed: key same already exists"),
    ],
)
def test_what_has_no_value(text: str, problem: str) -> None:
    """The text stands in the refusal that people read."""
    with pytest.raises(EvalError, match=problem.replace("(", r"\(").replace(")", r"\)")):
        run(text)


@pytest.mark.parametrize("text", ["false && d.nothing == 1", "d.nothing == 1 && false", "!(true || 1 / 0 > 0)"])
def test_a_problem_beside_what_decides_is_none(text: str) -> None:
    """``&&`` and ``||`` do not care for the order of their sides."""
    assert run(text)[0] is False


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("i + s", "found no matching overload for '_+_' applied to '(int, string)'"),
        ("nothing", "undeclared reference to 'nothing' (in container '')"),
        ("s.nothing()", "undeclared reference to 'nothing'"),
        ("i.a", "type 'int' does not support field selection"),
        ("[1, 'a']", "expected type 'int' but found 'string'"),
        ("i ? 1 : 2", "found no matching overload for '_?_:_'"),
        ("Object{a: 1}", "undeclared reference to 'Object'"),
        ("jsonpatch.escapeKey('a')", "undeclared reference to 'jsonpatch'"),
    ],
)
def test_what_does_not_compile(text: str, problem: str) -> None:
    """Types are checked before anything runs."""
    with pytest.raises(CheckError) as refused:
        check(expanded(parse(text)), VARIABLES, {})

    assert problem in str(refused.value)


def test_what_cannot_be_parsed_shows_where() -> None:
    """Line and column, with the source below."""
    with pytest.raises(CelSyntaxError) as refused:
        parse("1 +\n * 2")

    assert "<input>:2:2" in str(refused.value)


def test_literals_are_checked_before_they_run() -> None:
    """A regular expression, a duration or a time that is none is found when it is written."""
    assert "" == literal_problems(parse("duration('1h') < duration('2h')"))
    assert "duration" in literal_problems(parse("duration('soon') < duration('2h')"))


def test_an_evaluation_that_costs_too_much_is_cut_off() -> None:
    """A rule must not keep the server busy."""
    with pytest.raises(BudgetError, match="actual cost limit exceeded"):
        run("l.all(x, l.all(y, l.all(z, x + y + z > 0)))", limit=50)


def test_the_estimate_is_never_below_the_cost() -> None:
    """What is let in by its price is not cut off by its cost, where the sizes are what was said."""
    text = "l.all(x, x > 0) && s.contains('l')"
    checked = check(expanded(parse(text)), VARIABLES, {})

    most = estimate(checked, lambda _: None).most

    assert most >= run(text)[1]


def test_messages_can_be_made_where_their_types_are_declared() -> None:
    """As in mutating policies."""
    structs = {"Point": {"x": INT, "y": INT}}
    checked = check(expanded(parse("Point{x: i, ?y: optional.none()}")), VARIABLES, structs)

    made = compiled(checked)(Activation(VALUES))

    assert Type("struct", name="Point") == checked.result
    assert {"x": 5} == made
