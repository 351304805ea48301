-- The first schema for a SQLite file that is shared with a host; it is what sqlite/V1 and V2 make of
-- an empty file, which is not shared and had tables without a prefix once.
-- Times are epoch microseconds, digests are hex, maps and lists are canonical JSON.

CREATE TABLE endolith_schema_compatibility (
  only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  min_reader INTEGER NOT NULL,
  min_writer INTEGER NOT NULL
) STRICT;

INSERT INTO endolith_schema_compatibility (only_row, min_reader, min_writer) VALUES (1, 2, 2);

CREATE TABLE endolith_model (
  name        TEXT NOT NULL PRIMARY KEY,
  last_number INTEGER NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  tags        TEXT NOT NULL DEFAULT '{}',
  governance  TEXT,
  deleted     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE endolith_version (
  model           TEXT NOT NULL REFERENCES endolith_model (name),
  number          INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  state           TEXT NOT NULL,
  manifest        TEXT NOT NULL,
  format          TEXT NOT NULL,
  schema          TEXT NOT NULL,
  facts           TEXT NOT NULL,
  run             TEXT NOT NULL,
  parent          INTEGER NOT NULL,
  description     TEXT NOT NULL,
  created_by      TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  readiness       TEXT NOT NULL DEFAULT 'READY',
  deleted         INTEGER NOT NULL DEFAULT 0,
  status          TEXT,
  PRIMARY KEY (model, number)
) STRICT;

CREATE UNIQUE INDEX endolith_version_key ON endolith_version (model, idempotency_key)
  WHERE idempotency_key <> '';
CREATE INDEX endolith_version_newest ON endolith_version (model, number DESC);
CREATE INDEX endolith_version_run ON endolith_version (run);

CREATE TABLE endolith_alias_move (
  model      TEXT NOT NULL REFERENCES endolith_model (name),
  alias      TEXT NOT NULL,
  generation INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  reason     TEXT NOT NULL,
  PRIMARY KEY (model, alias, generation)
) STRICT, WITHOUT ROWID;

-- Where each alias points now: its last move.
CREATE TABLE endolith_alias (
  model      TEXT NOT NULL REFERENCES endolith_model (name),
  alias      TEXT NOT NULL,
  generation INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  reason     TEXT NOT NULL,
  PRIMARY KEY (model, alias)
) STRICT, WITHOUT ROWID;

CREATE INDEX endolith_alias_version ON endolith_alias (model, version);

CREATE TABLE endolith_audit (
  model    TEXT NOT NULL REFERENCES endolith_model (name),
  sequence INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  actor    TEXT NOT NULL,
  action   TEXT NOT NULL,
  reason   TEXT NOT NULL,
  facts    TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest   TEXT NOT NULL,
  PRIMARY KEY (model, sequence)
) STRICT;

CREATE TABLE endolith_document (
  name     TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  json     TEXT NOT NULL
) STRICT;

CREATE TABLE endolith_outbox (
  position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  event    TEXT NOT NULL
) STRICT;

CREATE TABLE endolith_run (
  ordinal     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id          TEXT NOT NULL UNIQUE,
  experiment  TEXT NOT NULL,
  status      TEXT NOT NULL,
  facts       TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  started_by  TEXT NOT NULL,
  parent      TEXT NOT NULL DEFAULT '',
  holder      TEXT NOT NULL DEFAULT '',
  alive_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX endolith_run_experiment ON endolith_run (experiment, ordinal);
CREATE INDEX endolith_run_parent ON endolith_run (parent, ordinal) WHERE parent <> '';
CREATE INDEX endolith_run_running ON endolith_run (status, ordinal);

CREATE TABLE endolith_metric_point (
  ordinal INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  run     TEXT NOT NULL,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  at      INTEGER NOT NULL
) STRICT;

CREATE INDEX endolith_metric_point_series ON endolith_metric_point (run, name, ordinal);

CREATE TABLE endolith_journal (
  run     TEXT NOT NULL,
  line    INTEGER NOT NULL,
  step    TEXT NOT NULL,
  outcome TEXT NOT NULL,
  value   TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (run, line)
) STRICT;

CREATE TABLE endolith_deployment (
  id            INTEGER NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  last_sequence INTEGER NOT NULL,
  predictions   INTEGER NOT NULL,
  labels        INTEGER NOT NULL
) STRICT;

-- A prediction (label is NULL, predicted is its own sequence), or a label (predicted is the
-- sequence of the prediction that it is about, and the columns of predictions are NULL).
CREATE TABLE endolith_log_entry (
  deployment INTEGER NOT NULL REFERENCES endolith_deployment (id),
  sequence   INTEGER NOT NULL,
  predicted  INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  label      TEXT,
  id         BLOB,
  row_key    TEXT,
  version    INTEGER,
  generation INTEGER,
  route      TEXT,
  features   TEXT,
  value      TEXT,
  scores     BLOB,
  PRIMARY KEY (deployment, sequence)
) STRICT;

CREATE UNIQUE INDEX endolith_log_entry_id ON endolith_log_entry (deployment, id)
  WHERE id IS NOT NULL;
CREATE INDEX endolith_log_entry_key ON endolith_log_entry (deployment, row_key, sequence)
  WHERE row_key IS NOT NULL;
CREATE UNIQUE INDEX endolith_log_entry_label ON endolith_log_entry (deployment, predicted)
  WHERE label IS NOT NULL;

CREATE TRIGGER endolith_version_facts_stand BEFORE UPDATE ON endolith_version
WHEN OLD.model IS NOT NEW.model
  OR OLD.number IS NOT NEW.number
  OR OLD.idempotency_key IS NOT NEW.idempotency_key
  OR OLD.manifest IS NOT NEW.manifest
  OR OLD.format IS NOT NEW.format
  OR OLD.schema IS NOT NEW.schema
  OR OLD.facts IS NOT NEW.facts
  OR OLD.run IS NOT NEW.run
  OR OLD.parent IS NOT NEW.parent
  OR OLD.description IS NOT NEW.description
  OR OLD.created_by IS NOT NEW.created_by
  OR OLD.created_at IS NOT NEW.created_at
BEGIN
  SELECT RAISE(ABORT, 'the facts of a version do not change');
END;

CREATE TRIGGER endolith_version_stays BEFORE DELETE ON endolith_version
BEGIN
  SELECT RAISE(ABORT, 'a version is not deleted');
END;

CREATE TRIGGER endolith_alias_move_stands BEFORE UPDATE ON endolith_alias_move
BEGIN
  SELECT RAISE(ABORT, 'the move of an alias does not change');
END;

CREATE TRIGGER endolith_alias_move_stays BEFORE DELETE ON endolith_alias_move
BEGIN
  SELECT RAISE(ABORT, 'the move of an alias is not deleted');
END;

CREATE TRIGGER endolith_audit_stands BEFORE UPDATE ON endolith_audit
BEGIN
  SELECT RAISE(ABORT, 'an audit record does not change');
END;

CREATE TRIGGER endolith_audit_stays BEFORE DELETE ON endolith_audit
BEGIN
  SELECT RAISE(ABORT, 'an audit record is not deleted');
END;
