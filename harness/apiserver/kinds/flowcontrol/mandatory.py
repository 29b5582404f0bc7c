"""What must be as the server made it: the flow schemas and priority levels without which it could lock itself out."""

from collections.abc import Mapping
from typing import Final

from harness.apiserver.messages import Object

EXEMPT: Final = "exempt"
CATCH_ALL: Final = "catch-all"
_EVERY_REQUEST: Final[Object] = {
    "resourceRules": [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}
    ],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}

SCHEMAS: Final[Mapping[str, Object]] = {
    EXEMPT: {
        "priorityLevelConfiguration": {"name": EXEMPT},
        "matchingPrecedence": 1,
        "rules": [{"subjects": [{"kind": "Group", "group": {"name": "system:masters"}}]} | _EVERY_REQUEST],
    },
    CATCH_ALL: {
        "priorityLevelConfiguration": {"name": CATCH_ALL},
        "matchingPrecedence": 10_000,
        "distinguisherMethod": {"type": "ByUser"},
        "rules": [
            {
                "subjects": [
                    {"kind": "Group", "group": {"name": name}}
                    for name in ("system:unauthenticated", "system:authenticated")
                ],
                **_EVERY_REQUEST,
            }
        ],
    },
}
"""The specs of flow schemas, by name."""

LEVELS: Final[Mapping[str, Object]] = {
    EXEMPT: {"type": "Exempt"},
    CATCH_ALL: {
        "type": "Limited",
        "limited": {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}, "lendablePercent": 0},
    },
}
"""The specs of priority levels, by name; the exempt one may say what it lends."""
