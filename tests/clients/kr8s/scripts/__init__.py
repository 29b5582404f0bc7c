"""What people do with kr8s."""
