-- The row of a deleted account stays, emptied: what it did still counts.
CREATE TABLE account (
    id text COLLATE "C" PRIMARY KEY,
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    display_name text,
    language text NOT NULL,
    role text COLLATE "C" NOT NULL CHECK (role IN ('user', 'organizer', 'admin')),
    created_at timestamptz NOT NULL,
    password_hash text,
    blocked boolean NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    deleted_at timestamptz
);

CREATE UNIQUE INDEX account_email ON account (email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX account_identity ON account (issuer, subject) WHERE subject <> '';
CREATE INDEX account_by_creation ON account (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX account_admin ON account (id) WHERE role = 'admin';

CREATE TABLE login_session (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES account (id),
    client text NOT NULL,
    family_key text NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    previous_hash text COLLATE "C" NOT NULL,
    seed text NOT NULL,
    created_at timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE INDEX login_session_of_account ON login_session (account_id);
CREATE INDEX login_session_by_end ON login_session (expires_at);
CREATE INDEX login_session_revoked ON login_session (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE password_reset (
    token_hash text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES account (id),
    expires_at timestamptz NOT NULL
);

CREATE INDEX password_reset_of_account ON password_reset (account_id);
CREATE INDEX password_reset_by_end ON password_reset (expires_at);

CREATE TABLE attempt (
    key text COLLATE "C" PRIMARY KEY,
    count integer NOT NULL,
    ends_at timestamptz NOT NULL
);

CREATE INDEX attempt_by_end ON attempt (ends_at);
