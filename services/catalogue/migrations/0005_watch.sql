-- Who follows changes asks for the last revisions of many owners at once, and for nothing else of them: app.feed is set by the
-- service itself, for no call of anybody.
CREATE POLICY feed ON change_heads FOR SELECT USING ((SELECT app_feed()));
