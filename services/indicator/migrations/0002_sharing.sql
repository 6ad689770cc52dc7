-- What of indicator others may read by a share: indicators, and with an indicator its targets and measurements. Figures of few
-- people are suppressed before they leave their owner: as long as nothing suppresses them, no figure leaves of an indicator
-- that asks for it.
CALL share('indicators', $$ EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = indicators.owner_id
                                       AND s.scope_id IN ('indicators/-', 'indicators/' || indicators.indicator_id)) $$);
CALL share('targets', $$ EXISTS (SELECT FROM indicators i WHERE i.owner_id = targets.owner_id
                                    AND i.indicator_id = targets.indicator_id) $$);
CALL share('measurements', $$ EXISTS (SELECT FROM indicators i WHERE i.owner_id = measurements.owner_id
                                         AND i.indicator_id = measurements.indicator_id
                                         AND coalesce((i.body->>'suppressionThreshold')::int, 0) = 0) $$);
