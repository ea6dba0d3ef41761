-- Up Migration

-- How often somebody has guessed wrong, for a few minutes. The columns are those of
-- rate-limiter-flexible; `expire` is in milliseconds since the Unix epoch. UNLOGGED: not worth a
-- write to the log; a crash of the database begins the counting anew.
CREATE UNLOGGED TABLE throttle (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
