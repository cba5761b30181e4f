-- Notices in the order in which they came. They are few, and who receives
-- thousands of deliveries a second looks for them at each change.
CREATE INDEX deliveries_notices ON deliveries (rev)
	WHERE provider = 'hooks' AND direction = 'out' AND status = 'captured';
