"""Kopf, as processes of their own: ``kopf run`` with the operators in ``operators/``."""
