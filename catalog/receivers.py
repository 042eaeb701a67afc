"""What this app does when others state facts."""
