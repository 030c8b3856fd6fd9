"""Which passwords are taken."""

from attrs import frozen

from events_face_core.kernel import InvalidInputError, has_control_characters

_SHORTEST_HINT = 4


@frozen(kw_only=True)
class PasswordRules:
    """The rules for a new password; whether it is a common one, a port knows.

    Attributes:
        shortest, longest: how many characters.
    """

    shortest: int = 12
    longest: int = 128

    def check(self, password: str, email: str) -> None:
        """Check a new password of the owner of an email.

        Raises:
            InvalidInputError: it is too short, too long, no text, or holds the email.
        """
        if has_control_characters(password):
            raise InvalidInputError("password", "must not contain control characters")
        if not self.shortest <= len(password) <= self.longest:
            raise InvalidInputError(
                "password", f"must be {self.shortest} to {self.longest} characters long"
            )
        whole, local = _parts(email)
        if whole and (whole in password.casefold() or password.casefold() == local):
            raise InvalidInputError("password", "must not contain the email")


def personal_hints(email: str) -> tuple[str, ...]:
    """Return what others would try first for the owner of an email, in small letters."""
    return tuple(hint for hint in _parts(email) if len(hint) >= _SHORTEST_HINT)


def _parts(email: str) -> tuple[str, str]:
    """Return the whole address and what stands before its sign, in small letters."""
    whole = email.strip().casefold()
    return whole, whole.partition("@")[0]
