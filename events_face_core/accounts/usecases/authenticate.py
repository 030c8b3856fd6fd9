"""Tell who sends an access token."""

from __future__ import annotations

from attrs import frozen

from events_face_core.accounts.ports import (
    AccessGrant,
    AccessTokens,
    ForeignIdentity,
    Standing,
    Standings,
)
from events_face_core.accounts.usecases.provision import ProvisionHandler
from events_face_core.kernel import Actor, Clock, SignInRequiredError


@frozen(kw_only=True)
class SignedIn:
    """Who sends a token, and in which session.

    Attributes:
        session_id: empty where another issuer made the token.
    """

    actor: Actor
    session_id: str


@frozen(kw_only=True)
class AuthenticateHandler:
    """Takes access tokens: the signature must hold, and the account as well, now.

    Anybody may try one.
    """

    tokens: AccessTokens
    standings: Standings
    provision: ProvisionHandler
    clock: Clock

    async def __call__(self, token: str) -> SignedIn:
        """Tell who sends it, with the role that the account has by now.

        Raises:
            SignInRequiredError: the token is not good, or its account or session is not.
            DependencyUnavailableError: another issuer made it, whose keys cannot be had now.
        """
        match await self.tokens.read(token, now=self.clock.now()):
            case AccessGrant() as grant:
                standing = await self.standings.of_session(grant.session_id)
                if standing is None or standing.account_id != grant.account_id:
                    raise _not_good()
                return SignedIn(actor=_actor(standing), session_id=grant.session_id)
            case ForeignIdentity() as identity:
                return SignedIn(actor=_actor(await self._known(identity)), session_id="")

    async def _known(self, identity: ForeignIdentity) -> Standing:
        standing = await self.standings.of_identity(identity.issuer, identity.subject)
        if standing is not None and standing.role is identity.role:
            return standing
        account = await self.provision(identity)
        return Standing(account_id=account.id, role=account.role, in_force=account.in_force)


def _actor(standing: Standing) -> Actor:
    if not standing.in_force:
        raise _not_good()
    return Actor(id=standing.account_id, role=standing.role)


def _not_good() -> SignInRequiredError:
    return SignInRequiredError("The access token is not valid. Sign in again.")
