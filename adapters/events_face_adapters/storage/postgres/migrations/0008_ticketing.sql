-- Whose event it is: the aggregator's changes never touch one of our own, nor the other way round.
ALTER TABLE event ADD COLUMN origin text COLLATE "C" NOT NULL DEFAULT 'provider';

-- A registration for an event of our own was decided here: its place is given back here, too.
ALTER TABLE registration ADD COLUMN decided_here boolean NOT NULL DEFAULT false;

CREATE TABLE category (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL UNIQUE,
    description text,
    parent_id text COLLATE "C" REFERENCES category (id)
);

-- Times are kept with the offset, in minutes, that they were given with.
CREATE TABLE own_event (
    id text COLLATE "C" PRIMARY KEY,
    organizer_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    description text,
    short_description text,
    event_time timestamptz NOT NULL,
    event_offset integer NOT NULL,
    end_time timestamptz,
    end_offset integer,
    venue_name text NOT NULL,
    venue_city text,
    venue_address text,
    latitude double precision,
    longitude double precision,
    capacity integer NOT NULL,
    category_id text COLLATE "C" REFERENCES category (id),
    image_url text,
    booking_deadline_hours integer NOT NULL,
    featured boolean NOT NULL,
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('draft', 'published', 'cancelled', 'completed')),
    publish_at timestamptz,
    published_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    version bigint NOT NULL,
    search_words text NOT NULL
);

CREATE INDEX own_event_by_organizer ON own_event (organizer_id, event_time, id);
CREATE INDEX own_event_by_time ON own_event (event_time, id);

-- The counter that every booking changes, apart from what is rarely changed and large. Room is
-- left on the page: a change touches no index and stays there.
CREATE TABLE own_event_seats (
    event_id text COLLATE "C" PRIMARY KEY REFERENCES own_event (id) ON DELETE CASCADE,
    capacity integer NOT NULL,
    taken integer NOT NULL DEFAULT 0,
    closes_at timestamptz,
    CHECK (taken >= 0 AND taken <= capacity)
) WITH (fillfactor = 50);

-- No foreign key to the event: each booking would lock it against its organiser. What is
-- published is never deleted. Payments will add states and a price.
CREATE TABLE booking (
    id text COLLATE "C" PRIMARY KEY,
    event_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 20),
    ticket_code text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('pending_payment', 'confirmed', 'cancelled', 'expired')),
    cancelled_at timestamptz
);

CREATE UNIQUE INDEX booking_active ON booking (event_id, user_id)
WHERE status IN ('pending_payment', 'confirmed');
CREATE INDEX booking_by_user ON booking (user_id, created_at, id);
CREATE INDEX booking_by_event ON booking (event_id, created_at, id);
