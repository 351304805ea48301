-- Every table carries the prefix endolith_, so that a database can be shared with a host's own.
-- Programs that know schema 1 alone can neither read nor write what follows.

ALTER TABLE schema_compatibility RENAME TO endolith_schema_compatibility;
ALTER TABLE model RENAME TO endolith_model;
ALTER TABLE version RENAME TO endolith_version;
ALTER TABLE alias_move RENAME TO endolith_alias_move;
ALTER TABLE audit RENAME TO endolith_audit;
ALTER TABLE document RENAME TO endolith_document;
ALTER TABLE run RENAME TO endolith_run;
ALTER TABLE metric_point RENAME TO endolith_metric_point;
ALTER TABLE journal RENAME TO endolith_journal;
ALTER TABLE deployment RENAME TO endolith_deployment;
ALTER TABLE log_entry RENAME TO endolith_log_entry;

UPDATE endolith_schema_compatibility SET min_reader = 2, min_writer = 2;

DROP TRIGGER version_facts_stand;
DROP TRIGGER version_stays;
DROP TRIGGER alias_move_stands;
DROP TRIGGER alias_move_stays;
DROP TRIGGER audit_stands;
DROP TRIGGER audit_stays;

DROP INDEX version_key;
DROP INDEX run_experiment;
DROP INDEX metric_point_series;
DROP INDEX log_entry_id;
DROP INDEX log_entry_key;
DROP INDEX log_entry_label;

-- governance: who may do what
ALTER TABLE endolith_model ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE endolith_model ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
ALTER TABLE endolith_model ADD COLUMN governance TEXT;
ALTER TABLE endolith_model ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;

-- status: all that may change about a version; NULL while nothing but the state has
ALTER TABLE endolith_version ADD COLUMN readiness TEXT NOT NULL DEFAULT 'READY';
ALTER TABLE endolith_version ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE endolith_version ADD COLUMN status TEXT;

CREATE UNIQUE INDEX endolith_version_key ON endolith_version (model, idempotency_key)
  WHERE idempotency_key <> '';
CREATE INDEX endolith_version_newest ON endolith_version (model, number DESC);
CREATE INDEX endolith_version_run ON endolith_version (run);

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

-- Where each alias points now: its last move.
CREATE TABLE endolith_alias (
  model      TEXT    NOT NULL REFERENCES endolith_model (name),
  alias      TEXT    NOT NULL,
  generation INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  actor      TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (model, alias)
) STRICT, WITHOUT ROWID;

INSERT INTO endolith_alias (model, alias, generation, version, at, actor, reason)
SELECT m.model, m.alias, m.generation, m.version, m.at, m.actor, m.reason
FROM endolith_alias_move m
WHERE m.generation = (
  SELECT max(l.generation) FROM endolith_alias_move l WHERE l.model = m.model AND l.alias = m.alias);

CREATE INDEX endolith_alias_version ON endolith_alias (model, version);

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

CREATE TABLE endolith_outbox (
  position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  event    TEXT    NOT NULL
) STRICT;

ALTER TABLE endolith_run ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE endolith_run ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE endolith_run ADD COLUMN alive_until INTEGER NOT NULL DEFAULT 0;

CREATE INDEX endolith_run_experiment ON endolith_run (experiment, ordinal);
CREATE INDEX endolith_run_parent ON endolith_run (parent, ordinal) WHERE parent <> '';
CREATE INDEX endolith_run_running ON endolith_run (status, ordinal);
CREATE INDEX endolith_metric_point_series ON endolith_metric_point (run, name, ordinal);

CREATE UNIQUE INDEX endolith_log_entry_id ON endolith_log_entry (deployment, id)
  WHERE id IS NOT NULL;
CREATE INDEX endolith_log_entry_key ON endolith_log_entry (deployment, row_key, sequence)
  WHERE row_key IS NOT NULL;
CREATE UNIQUE INDEX endolith_log_entry_label ON endolith_log_entry (deployment, predicted)
  WHERE label IS NOT NULL;
