"""The official client, kubernetes: its synchronous half."""
