"""The signing program on an officer's own machine: it holds the token, shows what is to be signed, and signs it.

It knows no Django and no database. The node's page hands it what is to be signed; key and PIN never leave the machine.
"""
