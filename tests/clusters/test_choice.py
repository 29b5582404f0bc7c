"""Which cluster a run uses that names none."""

import pytest

from harness.clusters.choice import VARIABLE, choose, chosen, default, forget


def test_the_embedded_one_unless_another_was_chosen_in_this_folder(tmp_path):
    """Plain ``pytest harness/`` follows ``make kind-up`` and ``make kind-down``."""
    before = default(tmp_path, environ={})
    choose(tmp_path, "kind")
    up = default(tmp_path, environ={})
    forget(tmp_path)

    assert ("embedded", "kind", "embedded") == (before, up, default(tmp_path, environ={}))
    assert not list(tmp_path.iterdir())


def test_a_choice_is_for_its_own_folder(tmp_path):
    """What was typed in one checkout moves no other to a real cluster."""
    (tmp_path / "one").mkdir()
    choose(tmp_path / "one", "kind")

    assert "" == chosen(tmp_path)


@pytest.mark.parametrize("environ", [{}, {VARIABLE: "kind"}])
def test_what_only_a_simulated_run_has_is_played_on_the_embedded_one(tmp_path, environ):
    """``--seed 7`` brings an interleaving back, kind-up or not."""
    choose(tmp_path, "kind")

    assert "embedded" == default(tmp_path, simulated=True, environ=environ)


def test_the_environment_goes_before_the_choice(tmp_path):
    """CI says it once, for all of its commands."""
    choose(tmp_path, "kind")

    assert "embedded" == default(tmp_path, environ={VARIABLE: "embedded"})
