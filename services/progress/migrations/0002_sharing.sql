-- What of progress others may read by a share: cycles, and with a cycle its reports but for the drafts.
CALL share('cycles', $$ EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = cycles.owner_id
                                   AND s.scope_id IN ('cycles/-', 'cycles/' || cycles.cycle_id)) $$);
CALL share('reports', $$ body->>'state' <> 'STATUS_REPORT_STATE_DRAFT'
                         AND EXISTS (SELECT FROM cycles c WHERE c.owner_id = reports.owner_id
                                        AND c.cycle_id = reports.cycle_id) $$);
