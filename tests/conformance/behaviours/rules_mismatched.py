"""Values that only show at work that no function is for them: what CEL says of each."""

from ..script import behaviour
from ..side import Side
from .rules_applied import TEXT, WHOLE, tried

TEXTS = (
    "dyn(self.size) + 'a' == ''",
    "dyn(self.size) + dyn(self.owner) == ''",
    "dyn(self) - dyn(self) == 1",
    "dyn(self.owner) - dyn(self.owner) == ''",
    "dyn(self.owner) < dyn(self.size)",
    "dyn(self) < dyn(self)",
    "!dyn(self.owner)",
    "-dyn(self.owner) == 1",
    "dyn(self.size)[0] == 1",
    "dyn(self.tags)['a'] == 1",
    "dyn(self.size) in dyn(self.size)",
    "dyn(self.owner) in dyn(self.owner)",
    "size(dyn(self.size)) == 1",
    "dyn(self.size).size() == 1",
    "dyn(self.size).startsWith('a')",
    "dyn(self.owner).startsWith(dyn(self.size))",
    "dyn(self.size).matches('a')",
    "matches(dyn(self.owner), dyn(self.size))",
    "dyn(self.size).contains('a')",
    "int(dyn(self.tags)) == 1",
    "string(dyn(self.tags)) == ''",
    "duration(dyn(self.tags)) == duration('1s')",
    "timestamp(dyn(self.size).size()) == timestamp(1)",
    "bool(dyn(self.size))",
    "double(dyn(self.tags)) > 1.0",
    "uint(dyn(self.tags)) > 1u",
    "bytes(dyn(self.size)) == b''",
    "dyn(self.size).getFullYear() == 1",
    "dyn(self.tags).getSeconds() == 1",
    "dyn(self.size).lowerAscii() == ''",
    "dyn(self.owner).replace(dyn(self.size), 'a') == ''",
    "dyn(self.owner).substring(dyn(self.owner)) == ''",
    "dyn(self.owner).split(dyn(self.size)) == []",
    "dyn(self.size).join('a') == ''",
    "dyn(self.size).sum() == 1",
    "dyn(self.owner).isSorted()",
    "dyn(self.size).indexOf('a') == 1",
    "dyn(self.tags).slice(dyn('a'), dyn('b')) == []",
    "dyn(self.size).find('a') == ''",
    "url(dyn(self.size)) == url('http://a')",
    "dyn(self.size).getHost() == ''",
    "quantity(dyn(self.size)).isInteger()",
    "dyn(self.size).isGreaterThan(quantity('1'))",
    "ip(dyn(self.size)).isLoopback()",
    "isIP(dyn(self.size))",
    "dyn(self.size).family() == 4",
    "cidr(dyn(self.size)).prefixLength() == 4",
    "sets.contains(dyn(self.size), [1])",
    "sets.contains([1], dyn(self.size))",
    "dyn(self.size).orValue(1) == 1",
    "dyn(self.size).value() == 1",
    "dyn(self.size) ? true : false",
    "dyn(self.size) && true",
    "dyn(self.owner).all(one, true)",
    "dyn(self.size).a.b == 1",
    "has(dyn(self.size).a)",
    "type(dyn(self.size)) == string && dyn(self.size) == 'a'",
    "dyn(self.size).first().orValue(1) == 1",
    "strings.quote(dyn(self.size)) == ''",
    "semver(dyn(self.size)).major() == 1",
    "dyn(self.size).major() == 1",
    "format.named(dyn(self.size)).hasValue()",
    "dyn(self.size).allowed()",
)
"""Each is compiled, as ``dyn`` fits everything, and has no value then, or an odd one."""


@behaviour
def dynamic_values_that_do_not_fit(api: Side) -> None:
    tags = {"type": "array", "maxItems": 5, "items": TEXT}
    kind = {"type": "object", "properties": {"size": WHOLE, "owner": TEXT, "tags": tags}}
    rules = [{"rule": text} for text in TEXTS]
    tried(api, kind | {"x-kubernetes-validations": rules}, {"size": 5, "owner": "ann", "tags": ["a", "b"]})
