"""A stateful stand-in for Stripe: a process that speaks API v1 to the real client.

Owns payment intents, methods, charges, refunds, balance, payouts, disputes and events, in memory.
Never needs the network beyond loopback and never answers from canned data.
Entry: `StripeSimulator` in tests, `python -m tests.simulators.stripe` by hand.
Steered through `/_sim/`: faults, webhook modes, the customer's and the bank's answers.
"""

from tests.simulators.stripe.process import SimulatorRefusal, StripeSimulator

__all__ = ["SimulatorRefusal", "StripeSimulator"]
