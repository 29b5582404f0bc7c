"""What Kubernaut's scenarios say: tenants' remediations, signals, and what the audit trail holds of them.

The only rooms of the harness that know Kubernaut are this one, `replay` and `scenarios`.
"""
