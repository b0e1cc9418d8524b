"""A national node to try senders against: real in everything but its authorities, which certify whoever asks."""
