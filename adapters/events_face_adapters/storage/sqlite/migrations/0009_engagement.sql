-- No foreign keys to events or accounts: what people said outlives an event's purge, and an
-- account that is deleted is taken out of it (user_id is NULL from then on).
CREATE TABLE favorite (
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, event_id)
) STRICT;

CREATE INDEX favorite_by_time ON favorite (user_id, created_at, id);

CREATE TABLE review (
    id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    user_id TEXT,
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    content TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'rejected')),
    helpful_count INTEGER NOT NULL CHECK (helpful_count >= 0)
) STRICT;

-- One review for each person and event; those of deleted accounts stand in nobody's way.
CREATE UNIQUE INDEX review_of_person ON review (event_id, user_id);
CREATE INDEX review_by_person ON review (user_id);
CREATE INDEX review_by_time ON review (created_at, id);
CREATE INDEX review_by_helpfulness ON review (helpful_count, created_at, id);
CREATE INDEX review_by_event_and_time ON review (event_id, created_at, id);
CREATE INDEX review_by_event_and_helpfulness ON review (event_id, helpful_count, created_at, id);
CREATE INDEX review_rating ON review (event_id, status, rating);

CREATE TABLE review_reply (
    id TEXT PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id),
    user_id TEXT,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX review_reply_by_review ON review_reply (review_id, created_at, id);
CREATE INDEX review_reply_by_person ON review_reply (user_id);

CREATE TABLE review_helpful (
    review_id TEXT NOT NULL REFERENCES review (id),
    user_id TEXT NOT NULL,
    PRIMARY KEY (review_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_helpful_by_person ON review_helpful (user_id);

CREATE TABLE comment (
    id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    user_id TEXT,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX comment_by_event ON comment (event_id, created_at, id);
CREATE INDEX comment_by_person ON comment (user_id);
