-- The change feed and the grants are read across owners by the services that enforce grants, and by nobody else: app.feed is
-- set for calls with the permission FEED_READ only.
CREATE POLICY feed ON change_heads FOR SELECT USING ((SELECT app_feed()));
CREATE POLICY feed ON changes FOR SELECT USING ((SELECT app_feed()));
CREATE POLICY feed ON grants FOR SELECT USING ((SELECT app_feed()));
