"""kube-apiserver's token file."""

import pytest

from harness.apiserver import User
from harness.cli.tokens import read_tokens
from harness.config import ConfigError


def test_groups_are_one_quoted_column(tmp_path) -> None:
    """The format of kube-apiserver's documentation; further columns are ignored, as they are there."""
    file = tmp_path / "tokens.csv"
    file.write_text('t1,ada,1,"dev,ops"\n\nt2, bob ,2\nt3,eve,3,dev,more\n')

    assert {
        "t1": User("ada", uid="1", groups=("dev", "ops")),
        "t2": User("bob", uid="2"),
        "t3": User("eve", uid="3", groups=("dev",)),
    } == read_tokens(file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("token,user\n", "line 1: 2 columns; expected token,user,uid"),
        ("t,ada,1\n,bob,2\n", "line 2: the token is empty"),
        ("t,ada,1\nt,bob,2\n", "line 2: the token of 'bob' is that of 'ada', too"),
        ("\n", "holds no token"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, text, says) -> None:
    """An empty file above all: no token at all would let everybody in."""
    (tmp_path / "tokens.csv").write_text(text)

    with pytest.raises(ConfigError, match=says):
        read_tokens(tmp_path / "tokens.csv")


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    """Nothing is served then."""
    with pytest.raises(ConfigError, match=r"--token-auth-file .*: cannot be read: No such file or directory"):
        read_tokens(tmp_path / "tokens.csv")
