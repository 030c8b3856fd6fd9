"""Engagement, wired."""

from attrs import frozen
from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_core.engagement import (
    AddFavoriteHandler,
    ChangeReviewHandler,
    DeleteCommentHandler,
    EngagementQueries,
    FindHelpfulHandler,
    ModerateReviewHandler,
    RatingReads,
    RemoveFavoriteHandler,
    ReplyToReviewHandler,
    WriteCommentHandler,
    WriteReviewHandler,
)
from events_face_core.kernel import Clock, Ids
from events_face_core.processes import CatalogueKnownEvents


@frozen(kw_only=True)
class Engagement:
    """Everything that can be done about favorites, reviews and comments.

    Attributes:
        ratings: what the reviews of an event come to, for whoever shows the event.
    """

    add_favorite: AddFavoriteHandler
    remove_favorite: RemoveFavoriteHandler
    write_review: WriteReviewHandler
    change_review: ChangeReviewHandler
    moderate_review: ModerateReviewHandler
    reply_to_review: ReplyToReviewHandler
    find_helpful: FindHelpfulHandler
    write_comment: WriteCommentHandler
    delete_comment: DeleteCommentHandler
    queries: EngagementQueries
    ratings: RatingReads


class EngagementContainer(containers.DeclarativeContainer):
    """The use cases of engagement over what the application opened."""

    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()

    queries = providers.Factory(
        EngagementQueries,
        favorite_reads=storage.provided.favorite_reads,
        review_reads=storage.provided.review_reads,
        comment_reads=storage.provided.comment_reads,
        known_events=providers.Factory(CatalogueKnownEvents, storage.provided.event_reads),
    )
    engagement = providers.Factory(
        Engagement,
        add_favorite=providers.Factory(
            AddFavoriteHandler, unit_of_work=storage, clock=clock, ids=ids
        ),
        remove_favorite=providers.Factory(RemoveFavoriteHandler, unit_of_work=storage),
        write_review=providers.Factory(
            WriteReviewHandler, unit_of_work=storage, clock=clock, ids=ids
        ),
        change_review=providers.Factory(ChangeReviewHandler, unit_of_work=storage, clock=clock),
        moderate_review=providers.Factory(ModerateReviewHandler, unit_of_work=storage),
        reply_to_review=providers.Factory(
            ReplyToReviewHandler, unit_of_work=storage, clock=clock, ids=ids
        ),
        find_helpful=providers.Factory(FindHelpfulHandler, unit_of_work=storage),
        write_comment=providers.Factory(
            WriteCommentHandler, unit_of_work=storage, clock=clock, ids=ids
        ),
        delete_comment=providers.Factory(DeleteCommentHandler, unit_of_work=storage),
        queries=queries,
        ratings=storage.provided.review_reads,
    )
