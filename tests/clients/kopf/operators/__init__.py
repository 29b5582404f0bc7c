"""Operators that write down what Kopf tells them. Each is run by ``kopf run -m``, in the namespace of its script."""
