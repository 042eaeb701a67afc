"""Settings by place: ``development`` (make run), ``test``, ``production``; ``base`` is what they share."""
