"""Field paths as messages spell them: ``spec.items[0].name``, ``metadata.labels[app]``."""


def below(path: str, name: str) -> str:
    """Return the path of the property ``name``."""
    return f"{path}.{name}" if path else name


def at(path: str, key: str | int) -> str:
    """Return the path of an element, by index or by the key of a map."""
    return f"{path}[{key}]"
