-- Whose event it is: the aggregator's changes never touch one of our own, nor the other way round.
ALTER TABLE event ADD COLUMN origin TEXT NOT NULL DEFAULT 'provider';

-- A registration for an event of our own was decided here: its place is given back here, too.
ALTER TABLE registration ADD COLUMN decided_here INTEGER NOT NULL DEFAULT 0;

CREATE TABLE category (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT,
    parent_id TEXT REFERENCES category (id)
) STRICT;

-- Times are kept with the offset, in minutes, that they were given with.
CREATE TABLE own_event (
    id TEXT PRIMARY KEY,
    organizer_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    short_description TEXT,
    event_time INTEGER NOT NULL,
    event_offset INTEGER NOT NULL,
    end_time INTEGER,
    end_offset INTEGER,
    venue_name TEXT NOT NULL,
    venue_city TEXT,
    venue_address TEXT,
    latitude REAL,
    longitude REAL,
    capacity INTEGER NOT NULL,
    category_id TEXT REFERENCES category (id),
    image_url TEXT,
    booking_deadline_hours INTEGER NOT NULL,
    featured INTEGER NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('draft', 'published', 'cancelled', 'completed')),
    publish_at INTEGER,
    published_at INTEGER,
    cancelled_at INTEGER,
    cancel_reason TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    search_words TEXT NOT NULL
) STRICT;

CREATE INDEX own_event_by_organizer ON own_event (organizer_id, event_time, id);
CREATE INDEX own_event_by_time ON own_event (event_time, id);

-- The counter that every booking changes, apart from what is rarely changed and large.
CREATE TABLE own_event_seats (
    event_id TEXT PRIMARY KEY REFERENCES own_event (id) ON DELETE CASCADE,
    capacity INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    closes_at INTEGER,
    CHECK (taken >= 0 AND taken <= capacity)
) STRICT;

-- No foreign key to the event: each booking would lock it against its organiser. What is
-- published is never deleted. Payments will add states and a price.
CREATE TABLE booking (
    id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 20),
    ticket_code TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('pending_payment', 'confirmed', 'cancelled', 'expired')),
    cancelled_at INTEGER
) STRICT;

CREATE UNIQUE INDEX booking_active ON booking (event_id, user_id)
WHERE status IN ('pending_payment', 'confirmed');
CREATE INDEX booking_by_user ON booking (user_id, created_at, id);
CREATE INDEX booking_by_event ON booking (event_id, created_at, id);
