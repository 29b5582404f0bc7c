"""What people write with Kopf."""
