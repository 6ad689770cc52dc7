-- What officers say of drafts before they accept them, and the text that line numbers are about.

-- The text of a document as it was first read. Readers get better; what was read in a document keeps pointing at the
-- lines that its reader saw. Documents from before this table are read from their bytes.
CREATE TABLE document_texts (
  owner_id           text      NOT NULL,
  document_id        text      NOT NULL COLLATE "C",
  format             integer   NOT NULL, -- number of the DocumentFormat
  content            bytea     NOT NULL, -- UTF-8
  line_numbers       integer[] NOT NULL,
  continuation_lines integer[] NOT NULL,
  markup_lines       integer[] NOT NULL,
  PRIMARY KEY (owner_id, document_id),
  FOREIGN KEY (owner_id, document_id) REFERENCES documents
);
CALL protect('document_texts');

-- Every correction (a serialized Correction) that was made of an element of a draft; the last of each element counts.
CREATE TABLE draft_corrections (
  owner_id   text   NOT NULL,
  draft_id   text   NOT NULL COLLATE "C",
  version    bigint NOT NULL, -- of the draft that has it
  element_id text   NOT NULL COLLATE "C",
  correction bytea  NOT NULL,
  PRIMARY KEY (owner_id, draft_id, version, element_id),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('draft_corrections');

-- The elements of a draft that were accepted while others were not.
CREATE TABLE accepted_elements (
  owner_id   text   NOT NULL,
  draft_id   text   NOT NULL COLLATE "C",
  element_id text   NOT NULL COLLATE "C",
  version    bigint NOT NULL, -- of the draft that has it accepted
  PRIMARY KEY (owner_id, draft_id, element_id),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('accepted_elements');
