-- What was made of a draft, for when its source is read again.

-- The resource that an element of a draft became when it was accepted. Drafts that were accepted before this table are
-- looked up in the catalogue when their source is read again.
CREATE TABLE accepted_resources (
  owner_id   text    NOT NULL,
  draft_id   text    NOT NULL COLLATE "C",
  element_id text    NOT NULL COLLATE "C",
  resource   text    NOT NULL, -- name
  merged     boolean NOT NULL, -- it is that of another document, to which the element was linked
  PRIMARY KEY (owner_id, draft_id, element_id),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('accepted_resources');
