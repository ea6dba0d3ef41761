-- Up Migration

-- A row is about a kilobyte, and a push of its expiry writes it anew: this leaves room in a page for
-- one row more. Less room, and pushes leave the page; more, and every page is emptier (001 had 30 %).
ALTER TABLE session SET (fillfactor = 85);

-- The sealed record as bytes: as text, base64url, it is a third larger. What is there stays as it is
-- until its session is written again; both are read. The table is rewritten and locked meanwhile:
-- seconds for a million sessions. A server of a release before this one cannot read the new column.
ALTER TABLE session ALTER COLUMN sess TYPE bytea USING convert_to(sess, 'UTF8');

-- Sealed bytes look like chance: to compress those of a large session is work for nothing.
ALTER TABLE session ALTER COLUMN sess SET STORAGE EXTERNAL;
