"""What people type in, checked for form; rules are in the services."""
