"""The words of the calls, collected for translation: docstrings and descriptions are read while the shop runs."""

from typing import Final

from django.utils.translation import gettext_noop

CALLS: Final = (
    gettext_noop("List endpoints."),
    gettext_noop("Subscribe an address; the answer holds the signing secret, told this once."),
    gettext_noop("List deliveries, newest first."),
    gettext_noop("Put a delivery back in the queue under its old message id."),
    gettext_noop(
        "Make a new secret, told this once. It and the one before both sign, until you rotate again."
    ),
    gettext_noop("Unsubscribe; what waits for delivery is dropped."),
    gettext_noop("List products that have a price in the currency."),
    gettext_noop("Show a product with its variants."),
    gettext_noop(
        "Create and change products with their variants and prices; each product is done or refused by itself."
    ),
    gettext_noop("Set base prices by SKU and currency; each row is done or refused by itself."),
    gettext_noop("List the feeds: one per kind, language and currency."),
    gettext_noop("All promotions, newest first."),
    gettext_noop(
        "Make or replace many promotions by their keys; each is done or refused by itself, new ones are drafts."
    ),
    gettext_noop("The promotion with this key."),
    gettext_noop("Make or replace the promotion with this key; a new one is a draft."),
    gettext_noop("Start, pause or end it. May be repeated."),
    gettext_noop("Show the whole tree, three levels at most, in one answer."),
    gettext_noop("List stock by article and warehouse, the oldest first."),
    gettext_noop("Change stock; each row is applied or refused by itself."),
    gettext_noop("Set what is on hand; each row is applied or refused by itself."),
    gettext_noop("List stock by bin and lot, the place filled last first."),
    gettext_noop("List stock movements, newest first."),
    gettext_noop("List stock counts, newest first."),
    gettext_noop("Plan a blind count of a warehouse or of some of its bins."),
    gettext_noop("Show a count with its places in walking order."),
    gettext_noop(
        "Write down what was counted, all places or none; a place that is not on the sheet is added."
    ),
    gettext_noop("Book the differences; what a person must approve is approved in the back office before."),
    gettext_noop("List reservations, newest first."),
    gettext_noop("Hold stock for a time, all lines or none."),
    gettext_noop(
        "Give back what one of your own references still holds; `reference` is the one that you chose."
    ),
    gettext_noop("List transfers with their lines, newest first."),
    gettext_noop("Write a transfer down; nothing moves before it is sent."),
    gettext_noop("Send a transfer: the goods leave their bins, what expires first in front."),
    gettext_noop(
        "Book what arrived; damaged pieces are not for sale, and with `is_last` what is missing is lost."
    ),
    gettext_noop("List active suppliers, the oldest first."),
    gettext_noop("List purchase orders, newest first."),
    gettext_noop(
        "Write a draft; a buyer approves it. Whole packs only; open suggestions for it count as ordered."
    ),
    gettext_noop("Show one purchase order."),
    gettext_noop(
        "Book a delivery: good units go to stock, damaged ones into the damaged bin, and stay open."
    ),
    gettext_noop("List suggestions, newest first, each with the figures that led to it."),
    gettext_noop("List stock, forecast and plan of the supplier's own articles."),
    gettext_noop("Propose a delivery: it becomes a draft that the buyer approves or not."),
    gettext_noop(
        "Open a cart: empty, or with its lines, address and shipping method. What is refused leaves nothing behind."
    ),
    gettext_noop("The lines with their price trace, the totals and the problems."),
    gettext_noop("Put an article into the cart; more of the same adds up."),
    gettext_noop("Choose how many."),
    gettext_noop("Take the article out; answers the cart."),
    gettext_noop(
        "Enter a code; what it takes off, or why nothing, stands in the cart. The same code twice is one."
    ),
    gettext_noop("Forget a code; answers the cart."),
    gettext_noop("Set who buys and where it goes; answers the cart with its taxes."),
    gettext_noop("The methods for the cart's address and weight; none before there is an address."),
    gettext_noop("Choose how to deliver; answers the cart with its final totals."),
    gettext_noop(
        "Place the order; its stock is held from here on. What has changed is told once, then it is accepted."
    ),
    gettext_noop("List orders, newest first."),
    gettext_noop(
        "The order with timeline, payments, shipments and tracking nodes, for its token or a partner's key."
    ),
    gettext_noop("List groups of buyers, newest first."),
    gettext_noop("The group with this token, which is also the last part of its link."),
    gettext_noop("List parcels with their tracking nodes."),
    gettext_noop("Pay the order's total once per key; the same key answers with the payment as it is now."),
)
PARAMETERS: Final = (
    gettext_noop("Where to go on: taken from next or previous."),
    gettext_noop("Rows per page, 20 unless told, 100 at most."),
    gettext_noop("Number of the page, from 1."),
    gettext_noop("Slug or path of a category; all below it is included."),
    gettext_noop("The currency of the prices, EUR unless told."),
    gettext_noop("Words to find."),
    gettext_noop("Products with this tag."),
    gettext_noop(
        "Any text of your own, new for each act. The same key answers the same; another body under it is 422."
    ),
    gettext_noop(
        "As for the checkout, but optional: with it, a request that is sent again has its effect only once."
    ),
    gettext_noop("Only this article."),
    gettext_noop("Only this warehouse, by code."),
    gettext_noop("Only this one, such as `order:SABC123`."),
    gettext_noop("Only this supplier's, by its code."),
    gettext_noop("Only this order's parcels."),
    gettext_noop("The order's token, from the checkout's answer."),
    gettext_noop(
        "The order's token, from the checkout's answer. Not needed with a key that has `orders:read`."
    ),
)
FIELDS: Final = (
    gettext_noop("Its address; found again by it."),
    gettext_noop("A path of slugs; missing ones are made."),
    gettext_noop("All its tags; they are folded and put in order. Left out: they stay."),
    gettext_noop("Signed: -2 takes two away."),
    gettext_noop("What is on hand."),
    gettext_noop("Codes; without any the whole warehouse."),
    gettext_noop("Your own; ours has your key's number before it."),
    gettext_noop("It lapses then."),
    gettext_noop("Warehouses there come first."),
    gettext_noop("Sells under the rules of this channel."),
    gettext_noop("Nothing more comes: what is missing is lost, and the transfer closes."),
    gettext_noop("The supplier's code."),
    gettext_noop("More than ordered came, and it stays."),
    gettext_noop("The `code` of one that is offered for these lines there."),
    gettext_noop("ISO 3166-1 alpha-2."),
    gettext_noop("Only where an offer asks for it: the order can then be paid in no other way."),
    gettext_noop("As the cart gave it: an offer that has ended since is then named, line by line."),
)
CONFLICTS: Final = (
    gettext_noop("The address failed for days and is switched off."),
    gettext_noop("Another call rotates it right now."),
    gettext_noop("`promotion_status`: an ended promotion does not change or start again."),
    gettext_noop("`count_not_ready`, `stock_too_low`: look at the sheet and count again."),
    gettext_noop("`out_of_stock`, `conflict`: less is free, or the reference was used before."),
    gettext_noop("`stock_too_low`, `not_allowed`: less is free, or the transfer stands elsewhere."),
    gettext_noop("`wrong_pack_size`, `order_moved`, `too_much_received`: look at the order and try again."),
    gettext_noop(
        "`out_of_stock` with what is left of the first such line, or `not_sellable`; `errors` names each line."
    ),
    gettext_noop("`out_of_stock` with what is left, `not_sellable` or `cart_already_placed`."),
    gettext_noop("The cart has become an order and cannot change any more."),
    gettext_noop("`coupon_refused` with the reason in `detail`, or `cart_already_placed`."),
    gettext_noop("`cart_changed` or `out_of_stock`, with every line that differs."),
    gettext_noop(
        "`order_not_payable`: it is paid or cancelled. `payment_in_progress`: another payment may still take the money. "
        "`gateway_paused`: the provider does not answer at the moment, nothing was asked of it."
    ),
)
