"""The key that the tests sign access tokens with: the example of RFC 8410, known to everybody."""

from pathlib import Path

SIGNING_KEY_PATH = Path(__file__).with_name("signing_key.pem")
SIGNING_KEY = SIGNING_KEY_PATH.read_text(encoding="ascii")
