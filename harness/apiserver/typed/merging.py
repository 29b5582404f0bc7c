"""One value merged into another of its type, as server-side apply does it: what the other says goes, nothing else is lost."""

from harness.apiserver.messages import Json
from harness.apiserver.typed.comparing import ABSENT, shape
from harness.apiserver.typed.elements import item_element
from harness.apiserver.typed.nodes import ListType, MapType, TypeNode


def merged(kind: TypeNode, value: Json, config: Json) -> Json:
    """Return ``value`` with what ``config`` says; `ABSENT` when nothing is left.

    Both have passed `validating`: the items of a list in ``config`` are told apart.
    """
    if config is ABSENT:
        return value
    if value is ABSENT or value is config:
        return config
    name = kind.only or shape(kind, config) or "map"
    if name == "map" and kind.map is not None and not kind.map.atomic:
        return _maps(kind.map, value, config)
    if name == "list" and kind.list is not None and kind.list.kind != "atomic":
        return _lists(kind.list, value, config)
    return config


def _maps(kind: MapType, value: Json, config: Json) -> Json:
    live = value if isinstance(value, dict) else {}
    said = config if isinstance(config, dict) else {}
    if not live and not said:
        return config
    out = {**live}
    for name, item in said.items():
        child = kind.child(name)
        found = item if child is None else merged(child, live.get(name, ABSENT), item)
        if found is ABSENT:
            out.pop(name, None)
        else:
            out[name] = found
    return out or ABSENT


def _lists(kind: ListType, value: Json, config: Json) -> Json:
    live = value if isinstance(value, list) else []
    said = config if isinstance(config, list) else []
    if not live and not said:
        return config
    out: list[Json] = []
    mine: dict[str, Json] = {}
    order = [item_element(kind, item) for item in live]
    for element, item in zip(order, live, strict=True):
        mine[element] = None if element in mine else item  # of duplicates nothing is kept
    theirs = {item_element(kind, item): item for item in said}

    def add(item: Json, config: Json) -> None:
        found = merged(kind.items, item, config)
        if found is not ABSENT:
            out.append(found)

    for place in _places(order, list(theirs)):
        if isinstance(place, int):
            add(live[place], ABSENT)
        else:
            add(mine.get(place, ABSENT), theirs[place])
    return out or ABSENT


def _places(live: list[str], said: list[str]) -> list[int | str]:
    """Return the order of a merged list: the index of an item that only the live list has, or the element of one that was said.

    Items that were said come in the order in which they were; those of the live list stay before what they stood before,
    as far as that leaves the former alone.
    """
    out: list[int | str] = []
    known, wanted, done = set(live), set(said), set[str | None]()
    shared = [element for element in said if element in known]
    left = right = 0

    def take(element: str) -> None:
        out.append(element)
        done.add(element)
        if shared and shared[0] == element:
            del shared[0]

    while left < len(live) or right < len(said):
        element = live[left] if left < len(live) else None
        coming = said[right] if right < len(said) else None
        if element is not None and element == coming:
            take(element)
            left, right = left + 1, right + 1
        elif element in wanted and coming is not None and shared and shared[0] != element:
            left += 1  # its turn comes with what was said
        elif element is not None and element not in wanted:
            out.append(left)
            left += 1
        else:
            left += element in done
            if coming is not None:
                take(coming)
                right += 1
    return out
