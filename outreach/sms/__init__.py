"""Messages that leave the house: an outbox, gateways, receipts."""
