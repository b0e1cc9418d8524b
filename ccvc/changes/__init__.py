"""Changes: declare, check, verify, approve with a signature, or send back with a reason."""
