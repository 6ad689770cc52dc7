-- A draft whose document is read in another text gets another parse. `parsed_documents` and `draft_corrections` hold
-- what counts now, one parse for each draft, as replicas of the release before expect. What a draft was before stays,
-- for who asks how it was.

CREATE TABLE superseded_parses (
  owner_id      text   NOT NULL,
  draft_id      text   NOT NULL COLLATE "C",
  until_version bigint NOT NULL, -- the last of the draft that had it
  parsed        bytea  NOT NULL,
  PRIMARY KEY (owner_id, draft_id, until_version),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('superseded_parses');

-- All that was said of an element moves to the new parse at once.
ALTER TABLE draft_corrections
  ADD COLUMN number integer NOT NULL DEFAULT 0, -- among those of one element in one version
  DROP CONSTRAINT draft_corrections_pkey,
  ADD PRIMARY KEY (owner_id, draft_id, version, element_id, number);

-- The corrections of superseded parses, as they were.
CREATE TABLE superseded_corrections (
  owner_id   text    NOT NULL,
  draft_id   text    NOT NULL COLLATE "C",
  version    bigint  NOT NULL,
  element_id text    NOT NULL COLLATE "C",
  number     integer NOT NULL,
  correction bytea   NOT NULL,
  PRIMARY KEY (owner_id, draft_id, version, element_id, number),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('superseded_corrections');
