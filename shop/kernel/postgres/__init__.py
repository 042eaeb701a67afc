"""Django's PostgreSQL backend, quicker in two places: health checks and hot statements."""
