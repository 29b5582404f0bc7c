"""Rules (x-kubernetes-validations) that are refused with their definition: form, syntax, types, cost."""

from typing import Any

from ..kinds import kind_of, spec_of
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import Side

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
STRUCT = {
    "type": "object",
    "properties": {
        "text": TEXT | {"maxLength": 10},
        "n": WHOLE,
        "x": {"type": "number"},
        "flag": {"type": "boolean"},
        "at": TEXT | {"format": "date-time"},
        "span": TEXT | {"format": "duration"},
        "raw": TEXT | {"format": "byte"},
        "port": {"x-kubernetes-int-or-string": True},
        "list": {"type": "array", "maxItems": 5, "items": TEXT | {"maxLength": 5}},
        "map": {"type": "object", "maxProperties": 5, "additionalProperties": WHOLE},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "a-b": WHOLE,
        "if": WHOLE,
        "a__b": WHOLE,
    },
}


def ruled(api: Side, *rules: Any, field: Any = STRUCT) -> None:
    """Post one definition for each rule, a text or a whole entry."""
    for rule in rules:
        entry = {"rule": rule} if isinstance(rule, str) else rule
        schema = spec_of({"f": field | {"x-kubernetes-validations": [entry]}})
        api.post(DEFINITIONS, kind_of(api, schema), dryRun="All")


@behaviour
def entries_that_are_malformed(api: Side) -> None:
    ruled(
        api,
        "",
        " \n",
        {"rule": "true", "message": " "},
        {"rule": "true", "message": "a\nb"},
        {"rule": "true\n&& true"},
        {"rule": "true", "messageExpression": " "},
        {"rule": "true", "reason": "FieldValueOdd"},
        {"rule": "true", "fieldPath": " "},
        {"rule": "true", "fieldPath": ".text\n"},
        {"rule": "true", "fieldPath": ".nothing"},
        {"rule": "true", "fieldPath": "text"},
        {"rule": "true", "fieldPath": ".list[0]"},
        {"rule": "true", "fieldPath": ".map['a']"},
        {"rule": "true", "fieldPath": "['text']"},
        {"rule": "true", "optionalOldSelf": True},
        {"rule": "true", "optionalOldSelf": False},
    )


@behaviour
def texts_that_do_not_parse(api: Side) -> None:
    ruled(
        api,
        "self.",
        "self.n ==",
        "(self.n",
        "self.n = 1",
        "1 +",
        "'open",
        "self..n",
        "self.list.all(x)",
        "self.list.all(1, true)",
        "has(self)",
    )


@behaviour
def fields_that_do_not_exist(api: Side) -> None:
    ruled(
        api,
        "self.nothing == 1",
        "has(self.nothing)",
        "self.free.any == 1",
        "self.text.length > 1",
        "oldSelf.nothing == 1",
        "other == 1",
    )


@behaviour
def operators_without_an_overload(api: Side) -> None:
    ruled(
        api, "self.n == 'x'", "self.n + 'x' == 'y'", "self.text > 1", "self.n && true", "!self.text", "-self.text == 1", "self.flag + 1 == 2",
        "self.x == 1", "self.n == 1.0", "self.n < 2.5", "self.at > 'x'", "self.span > 5", "self.list + 1 == []", "1 in self.list",
    )  # fmt: skip


@behaviour
def functions_that_do_not_fit(api: Side) -> None:
    ruled(
        api, "foo(1)", "self.foo()", "self.n.size() > 1", "size(self.n) > 1", "self.text.matches(1)", "self.list.sum() == 'x'", "self.n.startsWith('a')",
        "cel.bind(x, 1, x == 1)", "math.greatest(1, 2) == 2", "base64.encode(b'a') == ''", "self.list.all(x, x > 1)", "self.n.all(x, true)",
    )  # fmt: skip


@behaviour
def results_of_the_wrong_type(api: Side) -> None:
    ruled(
        api, "1", "self.text", "self.port", "[true]", "dyn(true)",
        {"rule": "true", "messageExpression": "1"}, {"rule": "true", "messageExpression": "self.nothing"}, {"rule": "true", "messageExpression": "'a"},
    )  # fmt: skip


@behaviour
def several_errors_in_one_rule(api: Side) -> None:
    ruled(api, {"rule": "self.nothing == 1 &&\n  self.never == foo(2)", "message": "m"}, "self.a == self.b")


@behaviour
def literals_that_can_never_be_right(api: Side) -> None:
    ruled(
        api,
        "self.text.matches('(')",
        "self.span > duration('x')",
        "self.at > timestamp('yesterday')",
        "self.n in [1, 'x']",
        "{'a': 1, 2: 3}.size() > 1",
    )


@behaviour
def names_that_are_escaped(api: Side) -> None:
    ruled(
        api,
        "self.a__dash__b == 1",
        "self.__if__ == 1",
        "self.a__underscores__b == 1",
        "self.a__b == 1",
        "self.a-b == 1",
        "self['a-b'] == 1",
    )


@behaviour
def types_that_are_right(api: Side) -> None:
    ruled(
        api, "self.at > timestamp('2026-01-01T00:00:00Z')", "self.span < duration('1h')", "self.raw == b'x'", "self.port == 1 || self.port == 'x'",
        "type(self.port) == string", "self.map.all(k, self.map[k] > 0)", "self.?text.orValue('') == ''", "self.list.all(i, x, i < 3 && x != '')",
        "self.map.transformList(k, v, v + 1).sum() > 1", "quantity('1Gi').isGreaterThan(quantity('1Mi'))", "isURL(self.text)", "ip('10.0.0.1').family() == 4",
        "cidr('10.0.0.0/8').containsIP('10.1.1.1')", "format.dns1123Label().validate(self.text).hasValue()", "semver('1.2.3').major() == 1",
        "sets.contains([1, 2], [1])", "self.text.find('[0-9]+') == ''", "self.list.isSorted()", "self.text.lowerAscii() == 'x'", "[1, 2].sum() == 3",
        "self.list.indexOf('a') == 1", "self.list == oldSelf.list", "self.list.map(x, x.size()).exists_one(n, n > 1)", "self.list.distinct().size() == 1",
    )  # fmt: skip


@behaviour
def the_root_and_its_metadata(api: Side) -> None:
    for rule in (
        "self.metadata.name == 'x'",
        "self.kind == 'Widget'",
        "self.metadata.labels == {}",
        "self.spec.n > 1",
        "self.status == 1",
    ):
        schema = spec_of({"n": WHOLE}) | {"x-kubernetes-validations": [{"rule": rule}]}
        api.post(DEFINITIONS, kind_of(api, schema), dryRun="All")


@behaviour
def old_values_that_cannot_be_found(api: Side) -> None:
    rule = [{"rule": "self == oldSelf"}]
    items = TEXT | {"x-kubernetes-validations": rule}
    for field in (
        {"type": "array", "items": items},
        {"type": "array", "items": items, "x-kubernetes-list-type": "set"},
        {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": items}},
        {"type": "object", "additionalProperties": items},
        {"type": "array", "items": {"type": "object", "properties": {"a": items}}},
    ):
        api.post(DEFINITIONS, kind_of(api, spec_of({"f": field})), dryRun="All")


@behaviour
def rules_that_cost_too_much(api: Side) -> None:
    loose = {"type": "array", "items": TEXT}
    ruled(
        api, "self.all(x, self.all(y, x != y || x == y))", "self.all(x, x.matches('a+b+c+d+'))", "self.exists(x, x.contains(self[0]))", "self.isSorted()",
        "self.map(x, x + 'a').all(y, y.startsWith('b'))", "self.all(x, x in self)", "self.join(',').size() < 5", "self == oldSelf", field=loose,
    )  # fmt: skip
    ruled(
        api,
        "self.matches('^(a|b)*$')",
        "self.split(',').all(x, x.size() > 1)",
        "self.replace('a', 'bb') != ''",
        "self.contains(self)",
        "self.size() > 1",
        field=TEXT,
    )


@behaviour
def rules_within_lists(api: Side) -> None:
    inner = {
        "type": "object",
        "properties": {"s": TEXT},
        "x-kubernetes-validations": [{"rule": "self.s.matches('a+')"}],
    }
    bound = {
        "type": "object",
        "properties": {"s": TEXT | {"maxLength": 20}},
        "x-kubernetes-validations": [{"rule": "self.s.matches('a+')"}],
    }
    for field in (
        {"type": "array", "items": inner},
        {"type": "array", "items": bound},
        {"type": "array", "maxItems": 10, "items": inner},
        {
            "type": "object",
            "maxProperties": 10,
            "additionalProperties": {"type": "array", "maxItems": 10, "items": bound},
        },
        {"type": "array", "maxItems": 10, "items": {"type": "array", "items": bound}},
    ):
        api.post(DEFINITIONS, kind_of(api, spec_of({"f": field})), dryRun="All")


@behaviour
def messages_that_cost_too_much(api: Side) -> None:
    ruled(
        api,
        {"rule": "self.n < 3", "messageExpression": "'n is ' + string(self.n)"},
        {"rule": "self.n < 3", "messageExpression": "'%d is too much'.format([self.n])"},
        {"rule": "self.n < 3", "messageExpression": "self.text + '!'"},
    )
    ruled(api, {"rule": "true", "messageExpression": "self + '!'"}, field=TEXT)


@behaviour
def many_rules_that_cost_too_much_together(api: Side) -> None:
    rule = {"rule": "self.all(x, x.size() > 1)", "message": "m"}
    field = {"type": "array", "items": TEXT, "maxItems": 500000, "x-kubernetes-validations": [rule] * 30}
    api.post(DEFINITIONS, kind_of(api, spec_of({"f": field})), dryRun="All")
