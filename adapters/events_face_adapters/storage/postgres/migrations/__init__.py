"""The steps of the schema, in order: ``NNNN_what_it_does.sql``."""
