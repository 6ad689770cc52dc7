-- What has begun belongs to an acceptance: several of one draft may run at once, and each gives back only what is its
-- own.

-- Each time that a draft is accepted has an `acceptance_id`. Rows from before have none, and are of the acceptance that
-- ran then or broke off last: like any other they go when an acceptance of their elements is finished.
-- After `deadline` the acceptance writes nothing more; one from before is taken to have broken off.
ALTER TABLE begun_elements
  ADD COLUMN acceptance_id text        NOT NULL DEFAULT '' COLLATE "C",
  ADD COLUMN deadline      timestamptz NOT NULL DEFAULT '-infinity',
  DROP CONSTRAINT begun_elements_pkey,
  ADD PRIMARY KEY (owner_id, draft_id, acceptance_id, element_id);

-- Replicas of the release before, which run beside this one for a while, do not say when theirs ends: no call lasts so
-- long.
ALTER TABLE begun_elements ALTER COLUMN deadline SET DEFAULT now() + interval '1 hour';
