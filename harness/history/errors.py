"""What may go wrong with a history itself, as opposed to what it tells."""


class IncompleteHistoryError(Exception):
    """Versions are missing, and a claim rests on them. Neither the operators nor the scenario are to blame: run it again."""
