"""Accounts, wired."""

from attrs import frozen
from dependency_injector import containers, providers

from events_face_adapters.identity import CachedStandings, SystemSecrets
from events_face_adapters.storage.opened import Storage
from events_face_core.accounts import (
    AccountQueries,
    AuthenticateHandler,
    ChangeAccessHandler,
    ChangePasswordHandler,
    ChangeProfileHandler,
    ConfirmPasswordResetHandler,
    CreateAccountHandler,
    DeleteAccountHandler,
    EndSessionHandler,
    LoginHandler,
    LogoutEverywhereHandler,
    LogoutHandler,
    NewPasswords,
    PasswordRules,
    ProvisionHandler,
    RefreshHandler,
    RegisterHandler,
    RequestPasswordResetHandler,
    Throttle,
    TidyAccountsHandler,
    TokenOffice,
    make_limits,
)
from events_face_core.kernel import Clock, Ids
from events_face_runners.wiring.identity import Identity
from events_face_runners.wiring.settings import Settings


@frozen(kw_only=True)
class AccountsFace:
    """Everything that can be done with accounts."""

    register: RegisterHandler
    create: CreateAccountHandler
    login: LoginHandler
    refresh: RefreshHandler
    logout: LogoutHandler
    logout_everywhere: LogoutEverywhereHandler
    end_session: EndSessionHandler
    change_password: ChangePasswordHandler
    request_reset: RequestPasswordResetHandler
    confirm_reset: ConfirmPasswordResetHandler
    change_profile: ChangeProfileHandler
    delete: DeleteAccountHandler
    change_access: ChangeAccessHandler
    authenticate: AuthenticateHandler
    tidy: TidyAccountsHandler
    queries: AccountQueries


def _standings(storage: Storage) -> CachedStandings:
    standings = CachedStandings(storage.account_reads)
    storage.listen(standings.committed)
    return standings


class AccountsContainer(containers.DeclarativeContainer):
    """The use cases of accounts over what the application opened."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()
    identity: providers.Dependency[Identity] = providers.Dependency()

    passwords = identity.provided.passwords
    new_passwords = providers.Factory(
        NewPasswords, rules=providers.Factory(PasswordRules), passwords=passwords
    )
    limits = providers.Factory(
        make_limits,
        logins_per_minute=settings.provided.auth_logins_per_minute,
        signups_per_hour=settings.provided.auth_signups_per_hour,
    )
    throttle = providers.Factory(Throttle, unit_of_work=storage, clock=clock)
    office = providers.Factory(
        TokenOffice,
        clock=clock,
        ids=ids,
        secrets=providers.Factory(SystemSecrets),
        access_tokens=identity.provided.access_tokens,
        access_ttl=settings.provided.auth_access_ttl,
        refresh_ttl=settings.provided.auth_refresh_ttl,
    )
    provision = providers.Factory(ProvisionHandler, unit_of_work=storage, clock=clock, ids=ids)
    face = providers.Factory(
        AccountsFace,
        register=providers.Factory(
            RegisterHandler,
            unit_of_work=storage,
            clock=clock,
            ids=ids,
            passwords=passwords,
            new_passwords=new_passwords,
            throttle=throttle,
            limits=limits,
        ),
        create=providers.Factory(
            CreateAccountHandler,
            unit_of_work=storage,
            clock=clock,
            ids=ids,
            new_passwords=new_passwords,
        ),
        login=providers.Factory(
            LoginHandler,
            unit_of_work=storage,
            passwords=passwords,
            office=office,
            throttle=throttle,
            limits=limits,
        ),
        refresh=providers.Factory(RefreshHandler, unit_of_work=storage, office=office),
        logout=providers.Factory(LogoutHandler, unit_of_work=storage, clock=clock),
        logout_everywhere=providers.Factory(
            LogoutEverywhereHandler, unit_of_work=storage, clock=clock
        ),
        end_session=providers.Factory(EndSessionHandler, unit_of_work=storage, clock=clock),
        change_password=providers.Factory(
            ChangePasswordHandler,
            unit_of_work=storage,
            clock=clock,
            passwords=passwords,
            new_passwords=new_passwords,
            throttle=throttle,
            limits=limits,
        ),
        request_reset=providers.Factory(
            RequestPasswordResetHandler, unit_of_work=storage, throttle=throttle, limits=limits
        ),
        confirm_reset=providers.Factory(
            ConfirmPasswordResetHandler,
            unit_of_work=storage,
            clock=clock,
            new_passwords=new_passwords,
        ),
        change_profile=providers.Factory(ChangeProfileHandler, unit_of_work=storage),
        delete=providers.Factory(DeleteAccountHandler, unit_of_work=storage, clock=clock),
        change_access=providers.Factory(ChangeAccessHandler, unit_of_work=storage, clock=clock),
        authenticate=providers.Factory(
            AuthenticateHandler,
            tokens=identity.provided.access_tokens,
            standings=providers.Singleton(_standings, storage),
            provision=provision,
            clock=clock,
        ),
        tidy=providers.Factory(TidyAccountsHandler, unit_of_work=storage, clock=clock),
        queries=providers.Factory(
            AccountQueries, reads=storage.provided.account_reads, clock=clock
        ),
    )
