-- One row per delivery, with the columns of its event in the same row: a list
-- then reads one table, and recording costs one insert less. Deliveries of one
-- event share event_id, and a received body is stored once for all of them.
--
-- Times are nanoseconds since 1970 in UTC, NULL for none. Ids are the 16 bytes
-- of their ULID; one that is not a ULID is kept as text. request, verification
-- and headers are lists of strings with a checksum, see wire.go.

-- What the numbers of deleted deliveries were. The highest rev and seq in use
-- are the larger of these and of those in the table: so a commit need not
-- write here, and whatever deletes deliveries must, in the same transaction.
CREATE TABLE counters (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	rev INTEGER NOT NULL,
	seq INTEGER NOT NULL
);
INSERT INTO counters VALUES (1, 0, 0);

CREATE TABLE deliveries (
	seq             INTEGER PRIMARY KEY,
	id              BLOB NOT NULL,
	rev             INTEGER NOT NULL, -- counts the changes of all deliveries
	direction       TEXT NOT NULL,
	trigger         TEXT,
	event_id        BLOB,
	external_id     TEXT,
	type            TEXT NOT NULL,
	provider        TEXT,
	channels        TEXT, -- a JSON array
	test            INTEGER,
	handshake       TEXT,
	received_at     INTEGER,
	endpoint        TEXT,
	destination     TEXT,
	status          TEXT NOT NULL,
	status_reason   TEXT,
	next_attempt_at INTEGER,
	replay_of       BLOB,
	owner           TEXT, -- the process that works on it
	answer          INTEGER,
	code            INTEGER, -- the last attempt's status code
	verdict         TEXT,
	verification    BLOB, -- provider, reason, detail, covers
	duplicate_of    BLOB,
	body            INTEGER, -- key of the request's body, NULL if empty
	body_size       INTEGER,
	body_sha256     BLOB,
	request         BLOB -- method, target, content type, remote address, headers
);

CREATE UNIQUE INDEX deliveries_id ON deliveries (id);
CREATE INDEX deliveries_rev ON deliveries (rev);
-- There is none of types: it costs an append 5 to 11 % with three types, more
-- with more, and a walk over a million deliveries takes a quarter of a second.
-- The first of several deliveries with one wire id.
CREATE INDEX deliveries_wire ON deliveries (external_id)
	WHERE external_id IS NOT NULL;
-- Few rows are in here, so that the usual delivery pays nothing for it.
CREATE INDEX deliveries_status ON deliveries (status)
	WHERE status NOT IN ('succeeded', 'captured', 'filtered');
CREATE INDEX deliveries_invalid ON deliveries (verdict)
	WHERE verdict = 'invalid';

-- id is seq << 16 | number.
CREATE TABLE attempts (
	id                 INTEGER PRIMARY KEY,
	trigger            TEXT,
	url                TEXT,
	started_at         INTEGER,
	duration           INTEGER, -- nanoseconds
	status_code        INTEGER,
	error_kind         TEXT,
	error              TEXT,
	response_size      INTEGER,
	response_truncated INTEGER,
	response_sha256    BLOB, -- of the kept part, NULL if nothing is kept
	remote_ip          TEXT,
	headers            BLOB -- of the request, of the response
);

-- Bodies are kept out of the rows that lists read. id is seq << 17 for a
-- request's, seq << 17 | number << 1 | 1 for the response to an attempt.
CREATE TABLE bodies (
	id    INTEGER PRIMARY KEY,
	bytes BLOB NOT NULL
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
