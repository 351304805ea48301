-- Times are epoch microseconds, digests are hex, maps and lists are canonical JSON.

-- What a program must know at least to read and to write this database.
CREATE TABLE schema_compatibility (
  only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  min_reader INTEGER NOT NULL,
  min_writer INTEGER NOT NULL
) STRICT;

INSERT INTO schema_compatibility (only_row, min_reader, min_writer) VALUES (1, 1, 1);

CREATE TABLE model (
  name        TEXT    NOT NULL PRIMARY KEY,
  last_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- facts: attachments, metrics, parameters, datasets
CREATE TABLE version (
  model           TEXT    NOT NULL REFERENCES model (name),
  number          INTEGER NOT NULL,
  idempotency_key TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  manifest        TEXT    NOT NULL,
  format          TEXT    NOT NULL,
  schema          TEXT    NOT NULL,
  facts           TEXT    NOT NULL,
  run             TEXT    NOT NULL,
  parent          INTEGER NOT NULL,
  description     TEXT    NOT NULL,
  created_by      TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  PRIMARY KEY (model, number)
) STRICT;

CREATE UNIQUE INDEX version_key ON version (model, idempotency_key) WHERE idempotency_key <> '';

CREATE TRIGGER version_facts_stand BEFORE UPDATE ON version
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

CREATE TRIGGER version_stays BEFORE DELETE ON version
BEGIN
  SELECT RAISE(ABORT, 'a version is not deleted');
END;

-- All moves of all aliases; the one of the highest generation is where an alias points.
CREATE TABLE alias_move (
  model      TEXT    NOT NULL REFERENCES model (name),
  alias      TEXT    NOT NULL,
  generation INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  actor      TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (model, alias, generation)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER alias_move_stands BEFORE UPDATE ON alias_move
BEGIN
  SELECT RAISE(ABORT, 'the move of an alias does not change');
END;

CREATE TRIGGER alias_move_stays BEFORE DELETE ON alias_move
BEGIN
  SELECT RAISE(ABORT, 'the move of an alias is not deleted');
END;

CREATE TABLE audit (
  model    TEXT    NOT NULL REFERENCES model (name),
  sequence INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  actor    TEXT    NOT NULL,
  action   TEXT    NOT NULL,
  reason   TEXT    NOT NULL,
  facts    TEXT    NOT NULL,
  previous TEXT    NOT NULL,
  digest   TEXT    NOT NULL,
  PRIMARY KEY (model, sequence)
) STRICT;

CREATE TRIGGER audit_stands BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'an audit record does not change');
END;

CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'an audit record is not deleted');
END;

CREATE TABLE document (
  name     TEXT    NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  json     TEXT    NOT NULL
) STRICT;

-- facts: params, tags, inputs, outputs, environment
CREATE TABLE run (
  ordinal    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id         TEXT    NOT NULL UNIQUE,
  experiment TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  facts      TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  started_by TEXT    NOT NULL
) STRICT;

CREATE INDEX run_experiment ON run (experiment, ordinal);

-- value: NULL is not a number
CREATE TABLE metric_point (
  ordinal INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  run     TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  at      INTEGER NOT NULL
) STRICT;

CREATE INDEX metric_point_series ON metric_point (run, name, ordinal);

CREATE TABLE journal (
  run     TEXT    NOT NULL,
  line    INTEGER NOT NULL,
  step    TEXT    NOT NULL,
  outcome TEXT    NOT NULL,
  value   TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (run, line)
) STRICT;

CREATE TABLE deployment (
  id            INTEGER NOT NULL PRIMARY KEY,
  name          TEXT    NOT NULL UNIQUE,
  last_sequence INTEGER NOT NULL,
  predictions   INTEGER NOT NULL,
  labels        INTEGER NOT NULL
) STRICT;

-- A prediction (label is NULL, predicted is its own sequence), or a label (predicted is the
-- sequence of the prediction that it is about, and the columns of predictions are NULL).
CREATE TABLE log_entry (
  deployment INTEGER NOT NULL REFERENCES deployment (id),
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

CREATE UNIQUE INDEX log_entry_id ON log_entry (deployment, id) WHERE id IS NOT NULL;

CREATE INDEX log_entry_key ON log_entry (deployment, row_key, sequence) WHERE row_key IS NOT NULL;

CREATE UNIQUE INDEX log_entry_label ON log_entry (deployment, predicted) WHERE label IS NOT NULL;
