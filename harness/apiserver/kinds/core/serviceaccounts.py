"""Service accounts: objects like others, and a subresource that makes tokens for them."""

from harness.apiserver.kinds.authentication import create_token
from harness.apiserver.resources.strategy import Strategy


class ServiceAccountStrategy(Strategy):
    """A service account."""

    def __init__(self) -> None:
        self.endpoints = {"token": create_token}
