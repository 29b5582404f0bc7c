"""Rules at work: what objects are refused for, and in which words."""

from typing import Any

from ..kinds import define, kind_of, spec_of, widget
from ..script import behaviour
from ..side import Side

TEXT = {"type": "string", "maxLength": 30}
WHOLE = {"type": "integer"}


def tried(api: Side, field: Any, *values: Any) -> str:
    """Define a kind whose spec has one field ``f``, and try values of it."""
    path = define(api, kind_of(api, spec_of({"f": field})))
    for value in values:
        api.post(path, widget(api, {"f": value}), dryRun="All")
    return path


def rule(text: str, **more: Any) -> dict[str, Any]:
    return {"x-kubernetes-validations": [{"rule": text} | more]}


@behaviour
def with_and_without_a_message(api: Side) -> None:
    rules = [
        {"rule": "self > 1"},
        {"rule": " self > 2 ", "message": " too small "},
        {"rule": "self > 3\n&& true", "message": "m"},
    ]
    tried(api, WHOLE | {"x-kubernetes-validations": rules}, 0, 2, 3, 4)


@behaviour
def reasons_and_paths(api: Side) -> None:
    properties = {
        "a": WHOLE,
        "b": {"type": "object", "properties": {"c": WHOLE}},
        "m": {"type": "object", "additionalProperties": WHOLE},
    }
    rules = [
        {"rule": "self.a > 1", "reason": "FieldValueRequired", "fieldPath": ".a", "message": "r"},
        {"rule": "self.a > 1", "reason": "FieldValueForbidden", "fieldPath": ".b.c", "message": "f"},
        {"rule": "self.a > 1", "reason": "FieldValueDuplicate", "fieldPath": ".m['x.y']", "message": "d"},
        {"rule": "self.a > 1", "reason": "FieldValueInvalid", "fieldPath": "['a']", "message": "i"},
    ]
    tried(api, {"type": "object", "properties": properties, "x-kubernetes-validations": rules}, {"a": 1}, {"a": 2})


@behaviour
def reasons_of_scalars(api: Side) -> None:
    rules = [
        {"rule": "self != 'x'", "reason": reason}
        for reason in ("FieldValueRequired", "FieldValueForbidden", "FieldValueDuplicate")
    ]
    tried(api, TEXT | {"x-kubernetes-validations": rules}, "x", "y")


@behaviour
def message_expressions(api: Side) -> None:
    properties = {"a": WHOLE, "s": TEXT, "l": {"type": "array", "maxItems": 3, "items": TEXT}}
    rules = [
        {"rule": "self.a > 1", "messageExpression": "'%s and %s'.format([self.s, self.s])"},
        {"rule": "self.a > 1", "message": "plain", "messageExpression": "self.s"},
        {"rule": "self.a > 1", "message": "plain", "messageExpression": "self.l[5]"},
        {"rule": "self.a > 1", "messageExpression": "' ' + self.s + '\\n' + self.s"},
    ]
    tried(
        api,
        {"type": "object", "properties": properties, "x-kubernetes-validations": rules},
        {"a": 1, "s": "", "l": []},
        {"a": 1, "s": "x", "l": ["y"]},
    )


@behaviour
def problems_of_evaluation(api: Side) -> None:
    properties = {
        "a": WHOLE,
        "s": TEXT,
        "l": {"type": "array", "maxItems": 3, "items": WHOLE},
        "m": {"type": "object", "maxProperties": 3, "additionalProperties": WHOLE},
    }
    rules = [
        {"rule": "10 / self.a > 1"}, {"rule": "self.l[5] == 1"}, {"rule": "self.m['x'] == 1"}, {"rule": "self.m.x == 1"}, {"rule": "int(self.s) > 1"},
        {"rule": "self.a + 9223372036854775807 > 0"}, {"rule": "duration(self.s) > duration('1s')"}, {"rule": "timestamp(self.s) > timestamp('2026-01-01T00:00:00Z')"},
        {"rule": "self.l.max() > 1"}, {"rule": "self.s.charAt(9) == 'a'"}, {"rule": "quantity(self.s).isInteger()"}, {"rule": "self.s.substring(5) == ''"},
        {"rule": "10 % self.a > 1", "message": "m"}, {"rule": "optional.none().value() == 1"}, {"rule": "double(self.s) > 1.0"},
    ]  # fmt: skip
    path = tried(api, {"type": "object", "properties": properties, "x-kubernetes-validations": rules})
    for value in ({"a": 0, "s": "x", "l": [], "m": {}}, {"a": 5, "s": "2h", "l": [1], "m": {"x": 1}}):
        api.post(path, widget(api, {"f": value}), dryRun="All")


@behaviour
def fields_that_are_missing(api: Side) -> None:
    properties = {"a": WHOLE, "b": {"type": "object", "properties": {"c": WHOLE}}}
    rules = [
        {"rule": "self.a > 1"},
        {"rule": "!has(self.b) || !has(self.b.c) || self.b.c > 1", "message": "c"},
        {"rule": "self.b.c > 0"},
    ]
    tried(
        api,
        {"type": "object", "properties": properties, "x-kubernetes-validations": rules},
        {},
        {"a": 2},
        {"a": 2, "b": {}},
        {"a": 2, "b": {"c": 1}},
    )


@behaviour
def problems_that_do_not_matter(api: Side) -> None:
    properties = {"a": WHOLE, "l": {"type": "array", "maxItems": 3, "items": WHOLE}}
    rules = [
        {"rule": "10 / self.a > 1 || true"}, {"rule": "!(10 / self.a > 1 && false)"}, {"rule": "self.l.exists(x, 10 / x > 4)"}, {"rule": "self.l.all(x, 10 / x > 4)"},
        {"rule": "self.l.exists_one(x, x == 1)"}, {"rule": "self.a > 0 ? 10 / self.a > 1 : true"},
    ]  # fmt: skip
    tried(
        api,
        {"type": "object", "properties": properties, "x-kubernetes-validations": rules},
        {"a": 0, "l": [0, 1]},
        {"a": 1, "l": [1, 0]},
        {"a": 0, "l": [0]},
    )


@behaviour
def int_or_string_in_rules(api: Side) -> None:
    field = {"x-kubernetes-int-or-string": True} | rule("type(self) == int ? self > 5 : self.endsWith('%')")
    tried(api, field, 6, 5, "5%", "x")


@behaviour
def int_or_string_without_a_check(api: Side) -> None:
    tried(api, {"x-kubernetes-int-or-string": True} | rule("self > 5"), 6, 5, "x")


@behaviour
def times_and_spans(api: Side) -> None:
    properties = {
        "at": TEXT | {"format": "date-time"},
        "day": TEXT | {"format": "date"},
        "span": TEXT | {"format": "duration"},
    }
    for more in properties.values():
        del more["maxLength"]
    rules = [
        {"rule": "self.at > timestamp('2026-01-01T00:00:00Z')"}, {"rule": "self.day.getFullYear() == 2026"}, {"rule": "self.span <= duration('1h')"},
        {"rule": "self.at - self.span > timestamp('2026-01-01T00:00:00Z')"}, {"rule": "self.at.getHours('+01:00') < 12"},
    ]  # fmt: skip
    tried(
        api, {"type": "object", "properties": properties, "x-kubernetes-validations": rules},
        {"at": "2026-06-01T10:00:00.5Z", "day": "2026-05-05", "span": "30m"}, {"at": "2025-06-01T23:00:00Z", "day": "2025-05-05", "span": "2h"},
    )  # fmt: skip


@behaviour
def bytes_and_numbers(api: Side) -> None:
    properties = {"raw": {"type": "string", "format": "byte", "maxLength": 20}, "x": {"type": "number"}, "n": WHOLE}
    rules = [
        {"rule": "self.raw == b'hello'"},
        {"rule": "self.x >= 1.5"},
        {"rule": "self.x > self.n"},
        {"rule": "self.n == int(self.x)"},
    ]
    tried(
        api,
        {"type": "object", "properties": properties, "x-kubernetes-validations": rules},
        {"raw": "aGVsbG8=", "x": 2, "n": 1},
        {"raw": "aGVsbG8", "x": 1, "n": 1.0},
    )


@behaviour
def strings_in_rules(api: Side) -> None:
    rules = [{"rule": text} for text in (
        "self.split(',').size() == 2", "self.trim() == self", "self.lowerAscii() == self", "self.replace('a', 'b', 1) == 'bxa'", "self.indexOf('x') == 1",
        "self.substring(1, 2) == 'x'", "self.charAt(0) == 'a'", "self.find('[a-w]+') == 'a'", "self.findAll('[a-z]', 2) == ['a', 'x']", "self.matches('^a.a$')",
        "self.startsWith('a') && self.endsWith('a') && self.contains('x')", "self.size() == 3", "self + 'b' == 'axab'", "strings.quote(self) == '\"axa\"'",
    )]  # fmt: skip
    tried(api, TEXT | {"x-kubernetes-validations": rules}, "axa", " A,b ", "")


@behaviour
def lists_in_rules(api: Side) -> None:
    rules = [{"rule": text} for text in (
        "self.isSorted()", "self.sum() == 6", "self.max() == 3 && self.min() == 1", "self.indexOf(2) == 1", "self.all(i, x, i < x)", "self.exists(i, x, i == 0 && x == 1)",
        "self.transformList(i, x, i * x) == [0, 2, 6]", "self.transformMap(i, x, x).size() == 3", "self.filter(x, x > 1).map(x, x * 2) == [4, 6]", "self.slice(0, 2) == [1, 2]",
        "self.distinct().size() == self.size()", "self.reverse()[0] == 3", "self.sort() == self", "sets.equivalent(self, [3, 2, 1])", "self[?9].orValue(7) == 7", "2 in self",
    )]  # fmt: skip
    tried(
        api,
        {"type": "array", "maxItems": 5, "items": WHOLE, "x-kubernetes-validations": rules},
        [1, 2, 3],
        [3, 1, 1],
        [],
    )


@behaviour
def kubernetes_libraries(api: Side) -> None:
    rules = [{"rule": text} for text in (
        "isQuantity(self) ? quantity(self).compareTo(quantity('1Gi')) == 0 : true", "isURL(self) ? url(self).getHost() == 'a.b:80' : true", "isIP(self) ? ip(self).isLoopback() : true",
        "isCIDR(self) ? cidr(self).masked() == cidr('10.0.0.0/8') : true", "isSemver(self) ? semver(self).isLessThan(semver('2.0.0')) : true", "!format.dns1123Label().validate(self).hasValue()",
        "format.named('qualifiedName').value().validate(self).orValue([]).size() == 0",
    )]  # fmt: skip
    tried(
        api,
        TEXT | {"x-kubernetes-validations": rules},
        "1024Mi",
        "1Mi",
        "https://a.b:80/c?d=e",
        "127.0.0.1",
        "10.1.2.3/8",
        "1.9.0-rc.1",
        "2.1.0",
        "Upper",
    )


@behaviour
def lists_that_are_sets_and_maps(api: Side) -> None:
    items = {
        "type": "object",
        "required": ["k"],
        "properties": {"k": TEXT, "v": WHOLE | rule("self >= oldSelf", message="only more")},
    }
    properties = {
        "set": {"type": "array", "maxItems": 5, "x-kubernetes-list-type": "set", "items": TEXT},
        "map": {
            "type": "array",
            "maxItems": 5,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["k"],
            "items": items,
        },
        "plain": {"type": "array", "maxItems": 5, "items": TEXT},
    }
    rules = [
        {"rule": "self.set == oldSelf.set"},
        {"rule": "self.plain == oldSelf.plain"},
        {"rule": "self.map.size() < 4"},
    ]
    path = define(
        api,
        kind_of(api, spec_of({"f": {"type": "object", "properties": properties, "x-kubernetes-validations": rules}})),
    )
    api.post(
        path,
        widget(api, {"f": {"set": ["a", "b"], "plain": ["a", "b"], "map": [{"k": "x", "v": 1}, {"k": "y", "v": 2}]}}),
    )
    api.merge(f"{path}/one", {"spec": {"f": {"set": ["b", "a"], "plain": ["b", "a"]}}})
    api.merge(f"{path}/one", {"spec": {"f": {"map": [{"k": "y", "v": 1}, {"k": "x", "v": 1}]}}})
    api.merge(f"{path}/one", {"spec": {"f": {"map": [{"k": "y", "v": 3}, {"k": "z", "v": 0}]}}})


@behaviour
def transitions(api: Side) -> None:
    properties = {
        "a": WHOLE | rule("self == oldSelf", message="immutable"),
        "m": {"type": "object", "additionalProperties": WHOLE | rule("self > oldSelf")},
    }
    rules = [{"rule": "!has(oldSelf.a) || has(self.a)", "message": "once set, set"}]
    path = define(
        api,
        kind_of(api, spec_of({"f": {"type": "object", "properties": properties, "x-kubernetes-validations": rules}})),
    )
    api.post(path, widget(api, {"f": {"m": {"x": 1}}}))
    api.merge(f"{path}/one", {"spec": {"f": {"a": 1}}})
    api.merge(f"{path}/one", {"spec": {"f": {"a": 2}}})
    api.merge(f"{path}/one", {"spec": {"f": {"a": None}}})
    api.merge(f"{path}/one", {"spec": {"f": {"m": {"x": 1, "y": 0}}}})
    api.merge(f"{path}/one", {"spec": {"f": {"m": {"x": 2, "y": 1}}}})


@behaviour
def an_optional_old_value(api: Side) -> None:
    path = define(
        api,
        kind_of(
            api,
            spec_of(
                {
                    "f": TEXT
                    | rule("oldSelf.hasValue() ? self != oldSelf.value() : self == 'first'", optionalOldSelf=True)
                }
            ),
        ),
    )
    api.post(path, widget(api, {"f": "other"}))
    api.post(path, widget(api, {"f": "first"}))
    api.merge(f"{path}/one", {"spec": {"f": "second"}})
    api.merge(f"{path}/one", {"metadata": {"labels": {"a": "b"}}})


@behaviour
def rules_that_wait_for_the_shape(api: Side) -> None:
    properties = {"a": WHOLE, "b": TEXT, "c": {"type": "string", "minLength": 3}}
    field = {"type": "object", "properties": properties} | rule("self.a > 1", message="m")
    tried(api, field, {"a": 0, "b": 1}, {"a": 0, "c": "x"}, {"a": 0, "b": "x" * 31})


@behaviour
def rules_of_the_root_and_the_status(api: Side) -> None:
    status = {"type": "object", "properties": {"n": WHOLE | rule("self > 0", message="positive")}}
    schema = spec_of({"n": WHOLE}) | rule("self.metadata.name.startsWith('a') || self.spec.n > 1", message="root")
    schema["properties"]["status"] = status
    path = define(api, kind_of(api, schema, subresources={"status": {}}))
    api.post(path, widget(api, {"n": 1}))
    api.post(path, widget(api, {"n": 1}, name="a"))
    api.merge(f"{path}/a/status", {"status": {"n": 0}})
    api.merge(f"{path}/a/status", {"status": {"n": 1}})


@behaviour
def rules_that_are_expensive_to_run(api: Side) -> None:
    field = {"type": "array", "maxItems": 900, "items": WHOLE} | rule(
        "self.all(x, self.all(y, x == y || x != y || x + y > 0))"
    )
    path = define(api, kind_of(api, spec_of({"f": field})))
    api.post(path, widget(api, {"f": list(range(20))}))
    api.post(path, widget(api, {"f": list(range(900))}, name="two"))
