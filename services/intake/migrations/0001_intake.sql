-- Documents as they were handed in, and the drafts that were read from them.
-- Keys start with the owner; the message of each resource is its body, without what the columns hold.

CREATE TABLE documents (
  owner_id    text        NOT NULL,
  document_id text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, document_id)
);
CALL protect('documents');

-- The bytes of a document, apart from it: lists do not read them.
CREATE TABLE document_contents (
  owner_id    text  NOT NULL,
  document_id text  NOT NULL COLLATE "C",
  content     bytea NOT NULL,
  PRIMARY KEY (owner_id, document_id),
  FOREIGN KEY (owner_id, document_id) REFERENCES documents
);
CALL protect('document_contents');

CREATE TABLE drafts (
  owner_id    text        NOT NULL,
  draft_id    text        NOT NULL COLLATE "C",
  document_id text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, draft_id),
  FOREIGN KEY (owner_id, document_id) REFERENCES documents
);
CALL protect('drafts');

-- The parse of a draft (a serialized ParsedDocument), apart from it for the same reason.
CREATE TABLE parsed_documents (
  owner_id text  NOT NULL,
  draft_id text  NOT NULL COLLATE "C",
  parsed   bytea NOT NULL,
  PRIMARY KEY (owner_id, draft_id),
  FOREIGN KEY (owner_id, draft_id) REFERENCES drafts
);
CALL protect('parsed_documents');
