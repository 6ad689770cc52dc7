-- A draft whose document is read in another text gets another parse. What it was before stays, for who asks how it was,
-- and corrections count for the parse that they were made of.
ALTER TABLE parsed_documents
  ADD COLUMN version bigint NOT NULL DEFAULT 0, -- of the draft that has it first; 0: the one that it was made with
  DROP CONSTRAINT parsed_documents_pkey,
  ADD PRIMARY KEY (owner_id, draft_id, version);

-- All that was said of an element moves to the new parse at once.
ALTER TABLE draft_corrections
  ADD COLUMN number integer NOT NULL DEFAULT 0, -- among those of one element in one version
  DROP CONSTRAINT draft_corrections_pkey,
  ADD PRIMARY KEY (owner_id, draft_id, version, element_id, number);
