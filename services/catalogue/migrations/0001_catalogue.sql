-- Frameworks, their sections and goals, activities, and the contributions of activities to frameworks and goals.
-- Keys start with the owner; the message of each resource is its body, without what the columns hold.

CREATE TABLE frameworks (
  owner_id     text        NOT NULL,
  framework_id text        NOT NULL COLLATE "C",
  ordinal      integer     NOT NULL,
  version      bigint      NOT NULL,
  create_time  timestamptz NOT NULL,
  update_time  timestamptz NOT NULL,
  body         jsonb       NOT NULL,
  PRIMARY KEY (owner_id, framework_id)
);
CALL protect('frameworks');

CREATE TABLE sections (
  owner_id     text        NOT NULL,
  framework_id text        NOT NULL COLLATE "C",
  section_id   text        NOT NULL COLLATE "C",
  ordinal      integer     NOT NULL,
  version      bigint      NOT NULL,
  create_time  timestamptz NOT NULL,
  update_time  timestamptz NOT NULL,
  body         jsonb       NOT NULL,
  PRIMARY KEY (owner_id, framework_id, section_id),
  FOREIGN KEY (owner_id, framework_id) REFERENCES frameworks
);
CALL protect('sections');

CREATE TABLE goals (
  owner_id       text        NOT NULL,
  framework_id   text        NOT NULL COLLATE "C",
  goal_id        text        NOT NULL COLLATE "C",
  parent_goal_id text        COLLATE "C",
  ordinal        integer     NOT NULL,
  version        bigint      NOT NULL,
  create_time    timestamptz NOT NULL,
  update_time    timestamptz NOT NULL,
  body           jsonb       NOT NULL,
  PRIMARY KEY (owner_id, framework_id, goal_id),
  FOREIGN KEY (owner_id, framework_id) REFERENCES frameworks,
  FOREIGN KEY (owner_id, framework_id, parent_goal_id) REFERENCES goals
);
CALL protect('goals');

CREATE TABLE activities (
  owner_id    text        NOT NULL,
  activity_id text        NOT NULL COLLATE "C",
  ordinal     integer     NOT NULL,
  version     bigint      NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, activity_id)
);
CALL protect('activities');

CREATE TABLE contributions (
  owner_id        text        NOT NULL,
  activity_id     text        NOT NULL COLLATE "C",
  contribution_id text        NOT NULL COLLATE "C",
  framework_id    text        NOT NULL COLLATE "C",
  goal_id         text        COLLATE "C",
  ordinal         integer     NOT NULL,
  version         bigint      NOT NULL,
  create_time     timestamptz NOT NULL,
  update_time     timestamptz NOT NULL,
  body            jsonb       NOT NULL,
  PRIMARY KEY (owner_id, activity_id, contribution_id),
  FOREIGN KEY (owner_id, activity_id) REFERENCES activities,
  FOREIGN KEY (owner_id, framework_id) REFERENCES frameworks,
  FOREIGN KEY (owner_id, framework_id, goal_id) REFERENCES goals
);
CREATE INDEX contributions_by_framework ON contributions (owner_id, framework_id, goal_id);
CALL protect('contributions');
