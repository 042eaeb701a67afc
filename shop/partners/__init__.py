"""Partners: programs that call the API and receive webhooks.

Owns: API keys and scopes, the shape of every API answer, outgoing webhooks.
Never: knows what the data means; each app writes its own API on these parts.
Entry services: ``services.keys.create_key``, ``services.webhooks.queue_webhook``.
Publishes: nothing.  Consumes: nothing.
"""
