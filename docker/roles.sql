-- Run once by the image of Postgres, in an empty data folder, as its superuser.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

-- Migrates: it owns the database and may create schemas in it; it is no superuser.
CREATE ROLE app_owner LOGIN PASSWORD :'owner_password';
-- Serves requests: it may log in, and nothing else until a migration grants it rows.
CREATE ROLE app LOGIN PASSWORD :'app_password';

CREATE DATABASE sessions OWNER app_owner;
-- By default everybody may connect and make temporary tables.
REVOKE ALL ON DATABASE sessions FROM PUBLIC;
GRANT CONNECT ON DATABASE sessions TO app;
