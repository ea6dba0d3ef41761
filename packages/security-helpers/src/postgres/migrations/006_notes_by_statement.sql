-- Up Migration

-- What 002 and 004 note for each row is noted once for each statement: a prune ends a thousand
-- sessions with one, and a statement whose text is put together is planned anew whenever it runs.
-- With a search path of its own, a function that runs with the owner's rights finds only what is
-- meant (CVE-2018-1058).
CREATE FUNCTION note_sessions_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO %I.session_audit (event, sid, user_id)
     SELECT ''created'', sid, user_id FROM begun', TG_TABLE_SCHEMA
  );
  RETURN NULL;
END $$;

CREATE FUNCTION note_sessions_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format(
    'WITH past AS (
       SELECT sid, user_id, created_at, clock_timestamp() AS ended_at,
         CASE WHEN expire <= now() THEN ''expired'' ELSE ''ended'' END AS reason
       FROM gone
     ), noted AS (
       INSERT INTO %1$I.session_audit (at, event, sid, user_id)
       SELECT ended_at, reason, sid, user_id FROM past
     )
     INSERT INTO %1$I.session_history (sid, user_id, created_at, ended_at, reason)
     SELECT sid, user_id, created_at, ended_at, reason FROM past', TG_TABLE_SCHEMA
  );
  RETURN NULL;
END $$;

DROP TRIGGER session_begins ON session;
DROP TRIGGER session_ends ON session;
CREATE TRIGGER session_begins AFTER INSERT ON session REFERENCING NEW TABLE AS begun
  FOR EACH STATEMENT EXECUTE FUNCTION note_sessions_begin();
CREATE TRIGGER session_ends AFTER DELETE ON session REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION note_sessions_end();
DROP FUNCTION note_session_begins();
DROP FUNCTION note_session_ends();
