"""Sample packages, valid and invalid, each with the verdict a receiver must give (docs/exchange-protocol.md, 17.2)."""
