-- Reference data, and what owners share with each other.
-- Keys start with the owner, which is NL for reference data; the message of each resource is its body, without what the
-- columns hold.

CREATE TABLE municipalities (
  owner_id        text        NOT NULL,
  municipality_id text        NOT NULL COLLATE "C",
  ordinal         integer     NOT NULL,
  version         bigint      NOT NULL,
  create_time     timestamptz NOT NULL,
  update_time     timestamptz NOT NULL,
  body            jsonb       NOT NULL,
  PRIMARY KEY (owner_id, municipality_id)
);
CALL protect('municipalities');

CREATE TABLE regions (
  owner_id    text        NOT NULL,
  region_id   text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, region_id)
);
CALL protect('regions');

CREATE TABLE memberships (
  owner_id        text        NOT NULL,
  region_id       text        NOT NULL COLLATE "C",
  membership_id   text        NOT NULL COLLATE "C",
  municipality_id text        NOT NULL COLLATE "C",
  ordinal         integer     NOT NULL,
  version         bigint      NOT NULL,
  create_time     timestamptz NOT NULL,
  update_time     timestamptz NOT NULL,
  body            jsonb       NOT NULL,
  PRIMARY KEY (owner_id, region_id, membership_id),
  FOREIGN KEY (owner_id, region_id) REFERENCES regions,
  FOREIGN KEY (owner_id, municipality_id) REFERENCES municipalities
);
CALL protect('memberships');

CREATE TABLE parties (
  owner_id        text        NOT NULL,
  party_id        text        NOT NULL COLLATE "C",
  municipality_id text        COLLATE "C", -- NULL for any other organisation
  ordinal         integer     NOT NULL,
  version         bigint      NOT NULL,
  create_time     timestamptz NOT NULL,
  update_time     timestamptz NOT NULL,
  body            jsonb       NOT NULL,
  PRIMARY KEY (owner_id, party_id),
  FOREIGN KEY (owner_id, municipality_id) REFERENCES municipalities
);
CALL protect('parties');

CREATE TABLE taskfields (
  owner_id     text        NOT NULL,
  taskfield_id text        NOT NULL COLLATE "C",
  ordinal      integer     NOT NULL,
  version      bigint      NOT NULL,
  create_time  timestamptz NOT NULL,
  update_time  timestamptz NOT NULL,
  body         jsonb       NOT NULL,
  PRIMARY KEY (owner_id, taskfield_id)
);
CALL protect('taskfields');

-- What the reference data were last brought in line with, so that a start without news is one query.
CREATE TABLE reference_loads (
  owner_id  text        NOT NULL PRIMARY KEY,
  digest    text        NOT NULL,
  load_time timestamptz NOT NULL
);
CALL protect('reference_loads');

CREATE TABLE grants (
  owner_id    text        NOT NULL,
  grant_id    text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, grant_id)
);
CALL protect('grants');
