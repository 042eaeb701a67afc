"""The clockwork: which periodic job runs how often. Each one may run twice, or late, without harm."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "kernel-drain-outbox": {
        "task": "shop.kernel.tasks.drain_outbox_task",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "kernel-send-emails": {
        "task": "shop.kernel.tasks.send_emails_task",
        "schedule": 3.0,
        "options": {"expires": 10},
    },
    "kernel-check-invariants": {
        "task": "shop.kernel.tasks.check_invariants_task",
        "schedule": crontab(minute="7"),
    },
    "kernel-forget-old-answers": {
        "task": "shop.kernel.tasks.forget_old_answers_task",
        "schedule": crontab(hour="3", minute="20"),
    },
    "partners-send-webhooks": {
        "task": "shop.partners.tasks.send_webhooks_task",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "inventory-expire-reservations": {
        "task": "inventory.tasks.expire_reservations",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "inventory-expire-lots": {
        "task": "inventory.tasks.expire_lots",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "inventory-prove-stock": {
        "task": "inventory.tasks.prove_stock",
        "schedule": crontab(hour="2", minute="40"),
    },
    "inventory-plan-cycle-counts": {
        "task": "inventory.tasks.plan_cycle_counts",
        "schedule": crontab(hour="5", minute="15"),
    },
    "inventory-note-stock-value": {
        "task": "inventory.tasks.note_stock_value",
        "schedule": crontab(minute="50"),
    },
    "inventory-check-reorder-points": {
        "task": "inventory.tasks.check_reorder_points",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "inventory-roll-up-demand": {
        "task": "inventory.tasks.roll_up_demand",
        "schedule": crontab(hour="1", minute="15"),
    },
    "inventory-forecast-demand-0": {
        "task": "inventory.tasks.forecast_demand",
        "args": (0,),
        "schedule": crontab(hour="1-5", minute="20-59/10"),
        "options": {"expires": 600},
    },
    "inventory-forecast-demand-1": {
        "task": "inventory.tasks.forecast_demand",
        "args": (1,),
        "schedule": crontab(hour="1-5", minute="20-59/10"),
        "options": {"expires": 600},
    },
    "inventory-plan-purchases": {
        "task": "inventory.tasks.plan_purchases",
        "schedule": crontab(hour="5-20", minute="50"),
        "options": {"expires": 3600},
    },
    "payments-process-callbacks": {
        "task": "payments.tasks.process_callbacks_task",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "payments-run-sandbox-provider": {
        "task": "payments.tasks.run_sandbox_provider_task",
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    "payments-execute-refunds": {
        "task": "payments.tasks.execute_refunds_task",
        "schedule": 3.0,
        "options": {"expires": 10},
    },
    "payments-sweep": {
        "task": "payments.tasks.sweep_payments_task",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "payments-reconcile": {
        "task": "payments.tasks.reconcile_payments_task",
        # What is done is not fetched again: the later turns make up for a provider that was down.
        "schedule": crontab(hour="2-22/4", minute="10"),
    },
    "analytics-roll-up": {
        "task": "analytics.tasks.roll_up_task",
        "schedule": 120.0,
    },
    "orders-expire-unpaid": {
        "task": "orders.tasks.expire_unpaid_orders_task",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "orders-carrier-callbacks": {
        "task": "orders.tasks.process_carrier_callbacks_task",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "orders-poll-shipments": {
        "task": "orders.tasks.poll_shipments_task",
        "schedule": 20.0,
        "options": {"expires": 60},
    },
    "orders-missing-labels": {
        "task": "orders.tasks.request_missing_labels_task",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "orders-stalled-shipments": {
        "task": "orders.tasks.find_stalled_shipments_task",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "orders-complete-delivered": {
        "task": "orders.tasks.complete_delivered_orders_task",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "orders-remind-unconfirmed": {
        "task": "orders.tasks.remind_unconfirmed_orders_task",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "orders-close-groups": {
        "task": "orders.tasks.close_groups_task",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "orders-forget-carts": {
        "task": "orders.tasks.forget_old_carts_task",
        "schedule": crontab(hour="3", minute="40"),
    },
    "orders-learn-recommendations": {
        "task": "orders.tasks.learn_recommendations_task",
        "schedule": crontab(hour="4", minute="5"),
    },
    "orders-sandbox-carrier": {
        "task": "orders.tasks.run_sandbox_carrier_task",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "catalog-price-changes": {
        "task": "catalog.tasks.run_price_changes_task",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    # When stock, demand and its plan of the night are known; a second time for competitors' prices of the day.
    "catalog-pricing-rules": {
        "task": "catalog.tasks.run_pricing_rules_task",
        "schedule": crontab(hour="6,13", minute="10"),
        "options": {"expires": 3600},
    },
    "catalog-publish-windows": {
        "task": "catalog.tasks.apply_publish_windows_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "catalog-send-notices": {
        "task": "catalog.tasks.send_notices_task",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "catalog-refresh-collections": {
        "task": "catalog.tasks.refresh_collections_task",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "catalog-rejudge-products": {
        "task": "catalog.tasks.rejudge_products_task",
        "schedule": crontab(hour="4", minute="10"),
    },
    "catalog-refresh-search": {
        "task": "catalog.tasks.refresh_search_task",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "catalog-tend-search": {
        "task": "catalog.tasks.tend_search_task",
        "schedule": crontab(hour="3", minute="40"),
    },
    "catalog-render-pictures": {
        "task": "catalog.tasks.render_pictures_task",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "catalog-work-on-imports": {
        "task": "catalog.tasks.work_on_imports_task",
        "schedule": 3.0,
        "options": {"expires": 6},
    },
    "catalog-rebuild-attributes": {
        "task": "catalog.tasks.rebuild_attributes_task",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "catalog-build-feeds": {
        "task": "catalog.tasks.build_feeds_task",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "catalog-forget-old-uploads": {
        "task": "catalog.tasks.forget_old_uploads_task",
        "schedule": crontab(hour="4", minute="5"),
    },
}
