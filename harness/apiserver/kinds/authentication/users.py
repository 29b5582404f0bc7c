"""Users as reviews show them."""

from harness.apiserver.messages import Object, User


def user_info(user: User) -> Object:
    """Return a ``UserInfo``: what is known of ``user``, without what is empty."""
    shown = {
        "username": user.name,
        "uid": user.uid,
        "groups": list(user.groups),
        "extra": {key: list(values) for key, values in sorted(user.extra.items())},
    }
    return {name: item for name, item in shown.items() if item}
