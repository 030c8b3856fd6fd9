"""The aiohttp application."""

from aiohttp import web

from events_face_adapters.cache import Cache
from events_face_core.kernel import Actor
from events_face_core.ticketing import ShownOwnEvent
from events_face_runners.observing.access_log import AccessLog
from events_face_runners.web.accounts import AuthApi, MeApi, UsersApi
from events_face_runners.web.actors import AUTHENTICATE, Authenticate
from events_face_runners.web.answer_cache import make_caches
from events_face_runners.web.client_address import TrustedProxies
from events_face_runners.web.cors import cross_origin
from events_face_runners.web.documents import add_documents
from events_face_runners.web.engagement import engagement_handlers
from events_face_runners.web.events_api import LISTING_PATH, EventsApi
from events_face_runners.web.front import FRONT, make_front
from events_face_runners.web.limits import limited
from events_face_runners.web.operation_api import OperationApi
from events_face_runners.web.ready_answers import ReadyAnswer
from events_face_runners.web.registrations_api import RegistrationsApi
from events_face_runners.web.routes import Handler, add_routes
from events_face_runners.web.surface import ROUTES
from events_face_runners.web.ticketing import OwnEventApi, OwnEventCache, ticketing_handlers
from events_face_runners.wiring.app import EventsFace
from events_face_runners.wiring.settings import networks_of

OPERATION = web.AppKey("operation", OperationApi)
CACHE: web.AppKey[Cache[ReadyAnswer]] = web.AppKey("cache")
OWN_EVENTS: web.AppKey[Cache[ShownOwnEvent]] = web.AppKey("own_events")

_LARGEST_BODY = 64 * 1024


def create_web_app(app: EventsFace, access_log: AccessLog | None = None) -> web.Application:
    """Return the application over an opened events-face.

    Args:
        app: what answers.
        access_log: where requests are written down, if anywhere.
    """
    caches = make_caches(app)
    operation = OperationApi(app)
    operation.watch(caches.circuits)
    own_events = OwnEventApi(
        app.ticketing, OwnEventCache(caches.own_events, app.ticketing.queries), app.clock
    )
    events = EventsApi(
        app.events, caches.answers, app.metrics, app.settings.http_timeout, own_events
    )
    web_app = web.Application(client_max_size=_LARGEST_BODY)
    web_app[OPERATION] = operation
    web_app[CACHE] = caches.answers
    web_app[OWN_EVENTS] = caches.own_events
    web_app[AUTHENTICATE] = _authenticate(app)
    web_app[FRONT] = make_front(
        app.metrics,
        access_log,
        events.ready_list,
        LISTING_PATH,
        cors=cross_origin(app.settings.http_cors_origins),
        traced=app.tracing.requests,
    )
    add_routes(web_app, ROUTES, _handlers(app, events, own_events, operation))
    add_documents(web_app, ROUTES)
    web_app.on_cleanup.append(caches.close)
    return web_app


def _handlers(
    app: EventsFace, events: EventsApi, own_events: OwnEventApi, operation: OperationApi
) -> dict[str, Handler]:
    limit = app.settings.http_timeout
    registrations = RegistrationsApi(app.accept, app.cancel, app.registrations)
    return {
        "listEvents": events.list_events,
        "showEvent": events.show_event,
        "register": limited(registrations.register, limit),
        "showRegistration": limited(registrations.show, limit),
        "cancelRegistration": limited(registrations.cancel, limit),
        **engagement_handlers(app.engagement, limit),
        **_account_handlers(app),
        **ticketing_handlers(app.ticketing, own_events, limit),
        **operation.handlers(limit),
    }


def _account_handlers(app: EventsFace) -> dict[str, Handler]:
    accounts = app.accounts
    proxies = TrustedProxies(networks_of(app.settings.http_trusted_proxies))
    handlers = {
        **AuthApi(accounts, app.identity.access_tokens, proxies).handlers(),
        **MeApi(accounts).handlers(),
        **UsersApi(accounts).handlers(),
    }
    limit = app.settings.http_timeout
    return {name: limited(handler, limit) for name, handler in handlers.items()}


def _authenticate(app: EventsFace) -> Authenticate:
    async def authenticate(token: str) -> Actor:
        return (await app.accounts.authenticate(token)).actor

    return authenticate
