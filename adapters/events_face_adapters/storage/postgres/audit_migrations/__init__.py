"""The steps of the audit service's own database."""
