"""The project: settings, urls and celery, the only place that knows every app.

Owns: configuration and wiring.
Never: holds a rule of business.
Entry points: ``shop.wsgi``, ``shop.celery``, ``shop.urls``.
Publishes and consumes: nothing.
"""
