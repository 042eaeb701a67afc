"""Every price that is written leaves its line in the history, whoever writes it."""

from django.db import migrations

KEEP_HISTORY = """
CREATE FUNCTION catalog_price_lowest_before(variant bigint, code text) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT min(amount) FROM (
        SELECT amount, lead(since) OVER (ORDER BY since, id) AS until
        FROM catalog_pricehistory WHERE variant_id = variant AND currency = code
    ) AS span WHERE coalesce(until, clock_timestamp()) > clock_timestamp() - interval '30 days'
$$;

CREATE FUNCTION catalog_price_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.lowest_before_amount := catalog_price_lowest_before(NEW.variant_id, NEW.currency);
    INSERT INTO catalog_pricehistory (variant_id, currency, amount, since)
        VALUES (NEW.variant_id, NEW.currency, NEW.amount, clock_timestamp());
    RETURN NEW;
END $$;

CREATE FUNCTION catalog_price_note_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A price that was taken away and comes back is judged by what it was before.
    UPDATE catalog_price AS price SET lowest_before_amount = catalog_price_lowest_before(price.variant_id, price.currency)
        FROM inserted WHERE price.id = inserted.id AND EXISTS (
            SELECT 1 FROM catalog_pricehistory AS past
            WHERE past.variant_id = inserted.variant_id AND past.currency = inserted.currency
        );
    INSERT INTO catalog_pricehistory (variant_id, currency, amount, since)
        SELECT variant_id, currency, amount, clock_timestamp() FROM inserted;
    RETURN NULL;
END $$;

CREATE TRIGGER catalog_price_changes BEFORE UPDATE ON catalog_price
    FOR EACH ROW WHEN (OLD.amount IS DISTINCT FROM NEW.amount) EXECUTE FUNCTION catalog_price_note_change();
CREATE TRIGGER catalog_price_appears AFTER INSERT ON catalog_price
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION catalog_price_note_new();
"""

FORGET_HISTORY = """
DROP TRIGGER catalog_price_appears ON catalog_price;
DROP TRIGGER catalog_price_changes ON catalog_price;
DROP FUNCTION catalog_price_note_new();
DROP FUNCTION catalog_price_note_change();
DROP FUNCTION catalog_price_lowest_before(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(KEEP_HISTORY, FORGET_HISTORY)]
