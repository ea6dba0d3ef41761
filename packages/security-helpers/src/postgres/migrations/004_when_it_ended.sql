-- Up Migration

-- now() is when a transaction began: an end would be dated to before the waiting for a lock, or for
-- a disk. Copies of the row that others made meanwhile live longer than is counted from there.
CREATE OR REPLACE FUNCTION note_session_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  reason text := CASE WHEN OLD.expire <= now() THEN 'expired' ELSE 'ended' END;
BEGIN
  EXECUTE format(
    'INSERT INTO %I.session_audit (at, event, sid, user_id)
     VALUES (clock_timestamp(), $1, $2, $3)', TG_TABLE_SCHEMA
  ) USING reason, OLD.sid, OLD.user_id;
  EXECUTE format(
    'INSERT INTO %I.session_history (sid, user_id, created_at, ended_at, reason)
     VALUES ($1, $2, $3, clock_timestamp(), $4)', TG_TABLE_SCHEMA
  ) USING OLD.sid, OLD.user_id, OLD.created_at, reason;
  RETURN NULL;
END $$;

-- What was ended of a user's a short while ago: for a revocation that is tried again.
CREATE INDEX session_history_by_user ON session_history (user_id, ended_at)
  WHERE user_id IS NOT NULL;
