"""Driving another vendor's sender through named cases against a mock node (docs/exchange-protocol.md, 17)."""
