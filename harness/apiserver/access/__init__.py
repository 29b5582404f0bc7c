"""Access: who asks (``authentication``, ``impersonation``), and whether they may (``authorizer``, ``rbac``).

A request passes `Access.admit` before anything else. What the decision is made of (`Attributes`) is read off its path and
method; `RoleBook` reads the stored roles and bindings; `escalation` keeps people from granting what they do not have. The
roles that every cluster starts with are in ``policy.json``, made from a real server by ``tools/bootstrap-policy``.
"""

from harness.apiserver.access.access import Access
from harness.apiserver.access.attributes import Attributes
from harness.apiserver.access.authorizer import MASTERS, Authorizer, Decision
from harness.apiserver.access.refusals import AccessDenied
from harness.apiserver.access.rules import Rule, quoted, rule_of

__all__ = ["MASTERS", "Access", "AccessDenied", "Attributes", "Authorizer", "Decision", "Rule", "quoted", "rule_of"]
