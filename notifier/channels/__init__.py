"""Handing over: mail through a transport (outbox, SMTP, SES), notices in the product."""
