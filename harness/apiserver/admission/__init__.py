"""Admission: what a write must pass before it is stored, and what may change it on its way."""

from harness.apiserver.admission.attributes import CONNECT, CREATE, DELETE, UPDATE, Attributes, Kind
from harness.apiserver.admission.chain import AdmissionControl
from harness.apiserver.admission.lifecycle import admit_to_namespace
from harness.apiserver.admission.matching import is_namespace

__all__ = [
    "CONNECT",
    "CREATE",
    "DELETE",
    "UPDATE",
    "AdmissionControl",
    "Attributes",
    "Kind",
    "admit_to_namespace",
    "is_namespace",
]
