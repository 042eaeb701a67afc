"""What must always hold in the kernel's tables."""

from shop.kernel.invariants import invariant


@invariant("I19", "no event waits for more than ten minutes, and none is a dead letter")
def outbox_is_drained() -> str:
    """Rows that nobody delivers; sixty seconds is the target in normal running, ten minutes is a fault."""
    return """
        SELECT id, topic, key, attempts, error FROM kernel_outboxevent
        WHERE sent_at IS NULL AND (dead_at IS NOT NULL OR created_at < now() - interval '10 minutes')
          AND not_before < now() - interval '10 minutes'
    """


@invariant("I20", "an event's handler did its work once")
def handlers_ran_once() -> str:
    """Doubled marks; the unique constraint forbids them."""
    return """
        SELECT event_id, handler, count(*) FROM kernel_processedevent GROUP BY event_id, handler HAVING count(*) > 1
    """


@invariant("I20", "a mail is written once")
def mails_are_written_once() -> str:
    """Doubled reasons; the unique constraint forbids them."""
    return """
        SELECT dedupe_key, count(*) FROM kernel_outgoingemail GROUP BY dedupe_key HAVING count(*) > 1
    """


@invariant("I21", "a caller's key has one answer")
def keys_have_one_answer() -> str:
    """Doubled keys, which the unique constraint forbids, and answers that are none: errors of the server."""
    return """
        SELECT caller, key, count(*), max(status) FROM kernel_idempotencyrecord
        GROUP BY caller, key HAVING count(*) > 1 OR max(status) >= 500
    """


@invariant("I23", "the audit log is what was written: nothing changed, removed, put in, moved or cut off")
def audit_is_whole() -> str:
    """Links that do not follow from the one before and their entry, entries without one, and ends that are gone."""
    return """
        WITH links AS (
            SELECT position, entry_id, digest, lag(digest, 1, '') OVER (ORDER BY position) AS before,
                   row_number() OVER (ORDER BY position) AS place
            FROM kernel_auditseal
        ), ends AS (
            SELECT 'head' AS what, position, digest FROM kernel_audithead
            UNION ALL
            SELECT 'run', audit_position, audit_digest FROM kernel_invariantrun WHERE audit_position > 0
        )
        SELECT 'link' AS what, links.position, links.entry_id
        FROM links LEFT JOIN kernel_auditentry AS entry ON entry.id = links.entry_id
        WHERE entry.id IS NULL OR links.place <> links.position
              OR links.digest <> kernel_audit_digest(links.before, entry)
        UNION ALL
        SELECT 'entry', NULL, entry.id FROM kernel_auditentry AS entry
        WHERE NOT EXISTS (SELECT 1 FROM kernel_auditseal AS seal WHERE seal.entry_id = entry.id)
        UNION ALL
        SELECT ends.what, ends.position, NULL FROM ends LEFT JOIN links USING (position, digest)
        WHERE links.entry_id IS NULL
        UNION ALL
        SELECT 'end', max(position), NULL FROM links
        HAVING max(position) > coalesce((SELECT max(position) FROM kernel_audithead), 0)
    """
