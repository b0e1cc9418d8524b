"""People who sign in: accounts, passwords, the record of every attempt."""
