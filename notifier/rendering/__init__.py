"""The only Jinja2 environment: mails, notices in the product, views of the redline."""
