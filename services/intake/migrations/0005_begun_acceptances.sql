-- Acceptances that have begun and are not finished.

-- The elements that an acceptance may have written into other services: stored before its first write, gone when it is
-- finished. `source` is the document as a whole.
CREATE TABLE begun_elements (
  owner_id   text NOT NULL,
  draft_id   text NOT NULL COLLATE "C",
  element_id text NOT NULL COLLATE "C",
  PRIMARY KEY (owner_id, draft_id, element_id),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('begun_elements');
