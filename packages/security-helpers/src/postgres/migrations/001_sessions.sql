-- Up Migration

-- One row a session. `sid` is the SHA-256 of the session id, `sess` the sealed record.
CREATE TABLE session (
  sid text PRIMARY KEY,
  sess text NOT NULL,
  -- With a time zone: a plain timestamp means another moment to each connection's TimeZone, and
  -- then expired sessions live on, or fresh ones are gone (connect-pg-simple issue 25).
  expire timestamptz NOT NULL
)
-- Room in each page for the next version of its rows: pushing an expiry stays inside the page.
WITH (fillfactor = 70);

-- For the prune. BRIN and not a b-tree: an update of a column in a b-tree has to touch every index
-- of the table, one of a BRIN column need not ("heap-only tuples"; since PostgreSQL 16).
CREATE INDEX session_expire ON session USING brin (expire) WITH (pages_per_range = 8);
