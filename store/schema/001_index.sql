-- The index of the log: one row per delivery with what is searched and sorted
-- by. Everything else, and all of this but rev, duplicate_of and an interrupted
-- status, is in the log, at the places that the row names.
--
-- Times are nanoseconds since 1970 in UTC, NULL for none. Ids are the 16 bytes
-- of their ULID; one that is not a ULID is kept as text.

-- What the numbers of deleted deliveries and segments were. The highest in use
-- are the larger of these and of those in the tables: so a commit need not
-- write here, and whatever deletes deliveries must, in the same transaction.
CREATE TABLE counters (
	one     INTEGER PRIMARY KEY CHECK (one = 1),
	rev     INTEGER NOT NULL,
	seq     INTEGER NOT NULL,
	segment INTEGER NOT NULL
);
INSERT INTO counters VALUES (1, 0, 0, 0);

CREATE TABLE deliveries (
	seq             INTEGER PRIMARY KEY,
	id              BLOB NOT NULL,
	rev             INTEGER NOT NULL, -- counts the changes of all deliveries
	direction       TEXT NOT NULL,
	trigger         TEXT,
	event_id        BLOB,
	wire            INTEGER, -- hash of provider and wire id of what was received
	type            TEXT NOT NULL,
	provider        TEXT,
	received_at     INTEGER,
	endpoint        TEXT,
	status          TEXT NOT NULL,
	next_attempt_at INTEGER,
	owner           TEXT, -- the process that works on it
	code            INTEGER, -- the last attempt's status code
	verdict         TEXT,
	duplicate_of    BLOB,
	body_size       INTEGER,
	places          BLOB NOT NULL -- where in the log, see place.go
);

CREATE UNIQUE INDEX deliveries_id ON deliveries (id);
CREATE INDEX deliveries_rev ON deliveries (rev);
-- There is none of types: it costs an append 5 to 11 % with three types, more
-- with more, and a walk over a million deliveries takes a quarter of a second.
-- The first of several deliveries with one wire id.
CREATE INDEX deliveries_wire ON deliveries (wire) WHERE wire IS NOT NULL;
-- Few rows are in here, so that the usual delivery pays nothing for it.
CREATE INDEX deliveries_status ON deliveries (status)
	WHERE status NOT IN ('succeeded', 'captured', 'filtered');
CREATE INDEX deliveries_invalid ON deliveries (verdict)
	WHERE verdict = 'invalid';

-- How far each segment of the log is indexed, how many places are in it and
-- how many bytes of it they hold.
CREATE TABLE segments (
	id      INTEGER PRIMARY KEY,
	indexed INTEGER NOT NULL,
	places  INTEGER NOT NULL,
	bytes   INTEGER NOT NULL
);

CREATE TABLE listeners (
	owner      TEXT NOT NULL,
	url        TEXT NOT NULL,
	addr       TEXT NOT NULL,
	forward    TEXT NOT NULL, -- a JSON array
	pid        INTEGER NOT NULL,
	started_at INTEGER,
	PRIMARY KEY (owner, addr)
) WITHOUT ROWID;
