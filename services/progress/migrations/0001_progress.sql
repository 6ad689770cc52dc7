-- Reporting cycles, the status reports in them, and each owner's mapping of its own status words.
-- Keys start with the owner; the message of each resource is its body, without what the columns hold.

CREATE TABLE cycles (
  owner_id    text        NOT NULL,
  cycle_id    text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, cycle_id)
);
CALL protect('cycles');

CREATE TABLE reports (
  owner_id    text        NOT NULL,
  cycle_id    text        NOT NULL COLLATE "C",
  report_id   text        NOT NULL COLLATE "C",
  subject     text        NOT NULL COLLATE "C", -- name of an activity or goal; the catalogue's, so no foreign key
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, cycle_id, report_id),
  UNIQUE (owner_id, cycle_id, subject),
  FOREIGN KEY (owner_id, cycle_id) REFERENCES cycles
);
CALL protect('reports');

CREATE TABLE mappings (
  owner_id    text        NOT NULL,
  mapping_id  text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, mapping_id)
);
CALL protect('mappings');

-- The words of the mappings, one row each: an owner gives a word one meaning.
CREATE TABLE words (
  owner_id   text NOT NULL,
  word       text NOT NULL COLLATE "C", -- lower case, single blanks
  mapping_id text NOT NULL COLLATE "C",
  status     text NOT NULL,
  PRIMARY KEY (owner_id, word)
);
CALL protect('words');
