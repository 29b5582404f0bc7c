"""How commands end that somebody ends."""

from click.testing import CliRunner

from harness.cli.main import harness


def test_ctrl_c_in_a_command_that_does_not_see_to_it_is_one_line(monkeypatch):
    """Click would say "Aborted!" and exit with 1, which means that something failed."""

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.cli.teaching.importlib.import_module", interrupted)
    done = CliRunner().invoke(harness, ["list"], prog_name="harness")

    assert (130, "harness: stopped by Ctrl-C\n") == (done.exit_code, done.stderr)
