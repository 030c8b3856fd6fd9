-- The row of a deleted account stays, emptied: what it did still counts.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    display_name TEXT,
    language TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('user', 'organizer', 'admin')),
    created_at INTEGER NOT NULL,
    password_hash TEXT,
    blocked INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE UNIQUE INDEX account_email ON account (email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX account_identity ON account (issuer, subject) WHERE subject <> '';
CREATE INDEX account_by_creation ON account (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX account_admin ON account (id) WHERE role = 'admin';

CREATE TABLE login_session (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    client TEXT NOT NULL,
    family_key TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    seed TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    refreshed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE INDEX login_session_of_account ON login_session (account_id);
CREATE INDEX login_session_by_end ON login_session (expires_at);
CREATE INDEX login_session_revoked ON login_session (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE password_reset (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX password_reset_of_account ON password_reset (account_id);
CREATE INDEX password_reset_by_end ON password_reset (expires_at);

CREATE TABLE attempt (
    key TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;

CREATE INDEX attempt_by_end ON attempt (ends_at);
