"""Replaying what happened: so far, the historic defects."""
