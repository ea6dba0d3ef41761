-- Up Migration

-- Whose session it is, so that one user's sessions can be found: the records are sealed. Neither
-- column ever changes, so that pushing an expiry stays inside its page (001).
ALTER TABLE session ADD COLUMN user_id text;
ALTER TABLE session ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX session_by_user ON session (user_id) WHERE user_id IS NOT NULL;

-- What happened, in order, for ever. The app's role has no right to this table at all: whoever takes
-- over the app can neither read it, nor cover their tracks (ASVS 5.0 16.4.2).
CREATE TABLE session_audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  event text NOT NULL CHECK (event IN ('created', 'ended', 'expired')),
  sid text NOT NULL,
  user_id text
);

-- The sessions that are over, without their records. No key: an id is never used twice, but a
-- table that refuses a row would refuse the logout with it.
CREATE TABLE session_history (
  sid text NOT NULL,
  user_id text,
  created_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL CHECK (reason IN ('ended', 'expired'))
);
CREATE INDEX session_history_sid ON session_history (sid);

-- Triggers, so that every step is noted in the transaction that makes it, whoever makes it: exactly
-- once, or neither. SECURITY DEFINER: with the rights of the owner, not of the app. The schema is
-- written out, because a session of the app could make a temporary table that is found first.
CREATE FUNCTION note_session_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO %I.session_audit (event, sid, user_id) VALUES (''created'', $1, $2)',
    TG_TABLE_SCHEMA
  ) USING NEW.sid, NEW.user_id;
  RETURN NULL;
END $$;

CREATE FUNCTION note_session_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  reason text := CASE WHEN OLD.expire <= now() THEN 'expired' ELSE 'ended' END;
BEGIN
  EXECUTE format(
    'INSERT INTO %I.session_audit (event, sid, user_id) VALUES ($1, $2, $3)', TG_TABLE_SCHEMA
  ) USING reason, OLD.sid, OLD.user_id;
  EXECUTE format(
    'INSERT INTO %I.session_history (sid, user_id, created_at, reason) VALUES ($1, $2, $3, $4)',
    TG_TABLE_SCHEMA
  ) USING OLD.sid, OLD.user_id, OLD.created_at, reason;
  RETURN NULL;
END $$;

CREATE TRIGGER session_begins AFTER INSERT ON session
  FOR EACH ROW EXECUTE FUNCTION note_session_begins();
CREATE TRIGGER session_ends AFTER DELETE ON session
  FOR EACH ROW EXECUTE FUNCTION note_session_ends();
