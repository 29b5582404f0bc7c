"""How objects are shown as rows of a Table: kube-apiserver's printers, a module for each group.

What a column is called comes from a real server (`generate`), what stands in it from the code here.
"""

from harness.apiserver.printers.printer import Printer
from harness.apiserver.printers.registry import printer

__all__ = ["Printer", "printer"]
