-- Who entered and left, of all segments in order: webhooks go by it.
CREATE INDEX segment_history_in_order ON segment_history (position, at, contact_id, segment_id);
