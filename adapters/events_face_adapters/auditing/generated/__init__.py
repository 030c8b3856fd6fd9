"""What the compiler makes of ``proto/audit/v1/audit.proto``; ``nox -s generate`` renews it."""
