-- Indicators, the targets that are set for them, and their measurements.
-- Keys start with the owner; the message of each resource is its body, without what the columns hold.

CREATE TABLE indicators (
  owner_id     text        NOT NULL,
  indicator_id text        NOT NULL COLLATE "C",
  ordinal      integer     NOT NULL,
  version      bigint      NOT NULL,
  create_time  timestamptz NOT NULL,
  update_time  timestamptz NOT NULL,
  body         jsonb       NOT NULL,
  PRIMARY KEY (owner_id, indicator_id)
);
CALL protect('indicators');

CREATE TABLE targets (
  owner_id     text        NOT NULL,
  indicator_id text        NOT NULL COLLATE "C",
  target_id    text        NOT NULL COLLATE "C",
  ordinal      integer     NOT NULL,
  version      bigint      NOT NULL,
  create_time  timestamptz NOT NULL,
  update_time  timestamptz NOT NULL,
  body         jsonb       NOT NULL,
  PRIMARY KEY (owner_id, indicator_id, target_id),
  FOREIGN KEY (owner_id, indicator_id) REFERENCES indicators
);
CALL protect('targets');

CREATE TABLE measurements (
  owner_id       text        NOT NULL,
  indicator_id   text        NOT NULL COLLATE "C",
  measurement_id text        NOT NULL COLLATE "C",
  area           text        COLLATE "C", -- NULL for the owner's own
  from_date      text        NOT NULL COLLATE "C",
  until_date     text        NOT NULL COLLATE "C",
  ordinal        integer     NOT NULL,
  version        bigint      NOT NULL,
  create_time    timestamptz NOT NULL,
  update_time    timestamptz NOT NULL,
  body           jsonb       NOT NULL,
  PRIMARY KEY (owner_id, indicator_id, measurement_id),
  UNIQUE NULLS NOT DISTINCT (owner_id, indicator_id, area, from_date, until_date),
  FOREIGN KEY (owner_id, indicator_id) REFERENCES indicators
);
CALL protect('measurements');
