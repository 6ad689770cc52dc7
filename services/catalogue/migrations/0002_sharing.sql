-- What of the catalogue others may read by a share: frameworks that are not drafts written here, and with a framework its
-- sections, its goals, the contributions to it and their activities. A framework that was read from a publication is public
-- whatever its state is here.
CALL share('frameworks', $$
  (body->>'state' <> 'FRAMEWORK_STATE_DRAFT' OR coalesce(body->'provenance'->>'sha256', '') <> '')
  AND EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = frameworks.owner_id
                AND s.scope_id IN ('frameworks/-', 'frameworks/' || frameworks.framework_id)) $$);
CALL share('sections', $$ EXISTS (SELECT FROM frameworks f WHERE f.owner_id = sections.owner_id
                                     AND f.framework_id = sections.framework_id) $$);
CALL share('goals', $$ EXISTS (SELECT FROM frameworks f WHERE f.owner_id = goals.owner_id
                                  AND f.framework_id = goals.framework_id) $$);
CALL share('contributions', $$ EXISTS (SELECT FROM frameworks f WHERE f.owner_id = contributions.owner_id
                                          AND f.framework_id = contributions.framework_id) $$);
CALL share('activities', $$ EXISTS (SELECT FROM contributions c WHERE c.owner_id = activities.owner_id
                                       AND c.activity_id = activities.activity_id) $$);
