-- Where events are delivered to. What the rules move and what the user has set
-- is one JSON value, because nothing looks for it. A deleted endpoint keeps its
-- row, so that history can name it.
CREATE TABLE endpoints (
	number     INTEGER PRIMARY KEY, -- the order of creation
	id         TEXT NOT NULL UNIQUE,
	name       TEXT, -- unique among those that are there
	deleted_at INTEGER,
	state      TEXT NOT NULL
);

CREATE UNIQUE INDEX endpoints_name ON endpoints (name)
	WHERE name IS NOT NULL AND deleted_at IS NULL;

-- What an attempt needs to be begun, given up or found again in one
-- transaction; the log learns of it when the attempt is over.
ALTER TABLE deliveries ADD COLUMN tried INTEGER;    -- an automatic attempt was begun
ALTER TABLE deliveries ADD COLUMN canceled TEXT;    -- why it was given up
ALTER TABLE deliveries ADD COLUMN returns_to TEXT;  -- of a manual attempt in flight: the status before
ALTER TABLE deliveries ADD COLUMN claimed_at INTEGER;

-- Due deliveries of an endpoint in their order, and the counts of each status.
-- Tests and replays are in no schedule and in no count.
CREATE INDEX deliveries_due ON deliveries (endpoint, status, next_attempt_at)
	WHERE endpoint IS NOT NULL AND trigger IN ('auto', 'recover');
