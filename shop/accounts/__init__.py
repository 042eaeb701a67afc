"""Accounts: who signs in.

Owns: User, Address, sign-in by password or e-mailed code, operators' roles.
Never: knows an order; what a customer bought is above.
Entry services: ``services.addresses.save_address``, ``services.roles.sync_roles``.
Publishes: nothing.  Consumes: nothing.
"""
