-- The first schema for PostgreSQL; its number is that of the same schema for SQLite.
-- Times are epoch microseconds, digests are hex, maps and lists are canonical JSON. Texts are in
-- the order of their bytes, whatever the database's own order is.

CREATE TABLE endolith_schema_compatibility (
  only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  min_reader INTEGER NOT NULL,
  min_writer INTEGER NOT NULL
);

INSERT INTO endolith_schema_compatibility (only_row, min_reader, min_writer) VALUES (1, 2, 2);

CREATE TABLE endolith_model (
  name        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  last_number BIGINT           NOT NULL,
  description TEXT COLLATE "C" NOT NULL DEFAULT '',
  tags        TEXT             NOT NULL DEFAULT '{}',
  governance  TEXT,
  deleted     INTEGER          NOT NULL DEFAULT 0
);

CREATE TABLE endolith_version (
  model           TEXT COLLATE "C" NOT NULL REFERENCES endolith_model (name),
  number          BIGINT           NOT NULL,
  idempotency_key TEXT COLLATE "C" NOT NULL,
  state           TEXT COLLATE "C" NOT NULL,
  manifest        TEXT COLLATE "C" NOT NULL,
  format          TEXT COLLATE "C" NOT NULL,
  schema          TEXT             NOT NULL,
  facts           TEXT             NOT NULL,
  run             TEXT COLLATE "C" NOT NULL,
  parent          BIGINT           NOT NULL,
  description     TEXT COLLATE "C" NOT NULL,
  created_by      TEXT COLLATE "C" NOT NULL,
  created_at      BIGINT           NOT NULL,
  readiness       TEXT COLLATE "C" NOT NULL DEFAULT 'READY',
  deleted         INTEGER          NOT NULL DEFAULT 0,
  status          TEXT,
  PRIMARY KEY (model, number)
);

CREATE UNIQUE INDEX endolith_version_key ON endolith_version (model, idempotency_key)
  WHERE idempotency_key <> '';
CREATE INDEX endolith_version_newest ON endolith_version (model, number DESC);
CREATE INDEX endolith_version_run ON endolith_version (run);

CREATE FUNCTION endolith_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;

CREATE TRIGGER endolith_version_facts_stand BEFORE UPDATE ON endolith_version
FOR EACH ROW WHEN (
  (OLD.model, OLD.number, OLD.idempotency_key, OLD.manifest, OLD.format, OLD.schema, OLD.facts,
   OLD.run, OLD.parent, OLD.description, OLD.created_by, OLD.created_at)
  IS DISTINCT FROM
  (NEW.model, NEW.number, NEW.idempotency_key, NEW.manifest, NEW.format, NEW.schema, NEW.facts,
   NEW.run, NEW.parent, NEW.description, NEW.created_by, NEW.created_at))
EXECUTE FUNCTION endolith_refuse('the facts of a version do not change');

CREATE TRIGGER endolith_version_stays BEFORE DELETE ON endolith_version
FOR EACH ROW EXECUTE FUNCTION endolith_refuse('a version is not deleted');

CREATE TABLE endolith_alias_move (
  model      TEXT COLLATE "C" NOT NULL REFERENCES endolith_model (name),
  alias      TEXT COLLATE "C" NOT NULL,
  generation BIGINT           NOT NULL,
  version    BIGINT           NOT NULL,
  at         BIGINT           NOT NULL,
  actor      TEXT COLLATE "C" NOT NULL,
  reason     TEXT             NOT NULL,
  PRIMARY KEY (model, alias, generation)
);

CREATE TRIGGER endolith_alias_move_stands BEFORE UPDATE ON endolith_alias_move
FOR EACH ROW EXECUTE FUNCTION endolith_refuse('the move of an alias does not change');

CREATE TRIGGER endolith_alias_move_stays BEFORE DELETE ON endolith_alias_move
FOR EACH ROW EXECUTE FUNCTION endolith_refuse('the move of an alias is not deleted');

-- Where each alias points now: its last move.
CREATE TABLE endolith_alias (
  model      TEXT COLLATE "C" NOT NULL REFERENCES endolith_model (name),
  alias      TEXT COLLATE "C" NOT NULL,
  generation BIGINT           NOT NULL,
  version    BIGINT           NOT NULL,
  at         BIGINT           NOT NULL,
  actor      TEXT COLLATE "C" NOT NULL,
  reason     TEXT             NOT NULL,
  PRIMARY KEY (model, alias)
);

CREATE INDEX endolith_alias_version ON endolith_alias (model, version);

CREATE TABLE endolith_audit (
  model    TEXT COLLATE "C" NOT NULL REFERENCES endolith_model (name),
  sequence BIGINT           NOT NULL,
  at       BIGINT           NOT NULL,
  actor    TEXT             NOT NULL,
  action   TEXT             NOT NULL,
  reason   TEXT             NOT NULL,
  facts    TEXT             NOT NULL,
  previous TEXT             NOT NULL,
  digest   TEXT             NOT NULL,
  PRIMARY KEY (model, sequence)
);

CREATE TRIGGER endolith_audit_stands BEFORE UPDATE ON endolith_audit
FOR EACH ROW EXECUTE FUNCTION endolith_refuse('an audit record does not change');

CREATE TRIGGER endolith_audit_stays BEFORE DELETE ON endolith_audit
FOR EACH ROW EXECUTE FUNCTION endolith_refuse('an audit record is not deleted');

CREATE TABLE endolith_document (
  name     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  revision BIGINT           NOT NULL,
  json     TEXT             NOT NULL
);

-- tx: numbers are given before the commit, so a row can become visible after one of a higher
-- number; readers stop at the oldest transaction that still runs.
CREATE TABLE endolith_outbox (
  position BIGINT GENERATED ALWAYS AS IDENTITY,
  tx       XID8   NOT NULL DEFAULT pg_current_xact_id(),
  event    TEXT   NOT NULL,
  PRIMARY KEY (tx, position)
);

CREATE TABLE endolith_run (
  ordinal     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id          TEXT COLLATE "C" NOT NULL UNIQUE,
  experiment  TEXT COLLATE "C" NOT NULL,
  status      TEXT COLLATE "C" NOT NULL,
  facts       TEXT             NOT NULL,
  started_at  BIGINT           NOT NULL,
  ended_at    BIGINT,
  started_by  TEXT COLLATE "C" NOT NULL,
  parent      TEXT COLLATE "C" NOT NULL DEFAULT '',
  holder      TEXT             NOT NULL DEFAULT '',
  alive_until BIGINT           NOT NULL DEFAULT 0
);

CREATE INDEX endolith_run_experiment ON endolith_run (experiment, ordinal);
CREATE INDEX endolith_run_parent ON endolith_run (parent, ordinal) WHERE parent <> '';
CREATE INDEX endolith_run_running ON endolith_run (status, ordinal);

CREATE TABLE endolith_metric_point (
  ordinal BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run     TEXT COLLATE "C" NOT NULL,
  name    TEXT COLLATE "C" NOT NULL,
  step    BIGINT           NOT NULL,
  value   DOUBLE PRECISION,
  at      BIGINT           NOT NULL
);

CREATE INDEX endolith_metric_point_series ON endolith_metric_point (run, name, ordinal);

CREATE TABLE endolith_journal (
  run     TEXT COLLATE "C" NOT NULL,
  line    BIGINT           NOT NULL,
  step    TEXT             NOT NULL,
  outcome TEXT             NOT NULL,
  value   TEXT             NOT NULL,
  at      BIGINT           NOT NULL,
  PRIMARY KEY (run, line)
);

CREATE TABLE endolith_deployment (
  id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          TEXT COLLATE "C" NOT NULL UNIQUE,
  last_sequence BIGINT           NOT NULL,
  predictions   BIGINT           NOT NULL,
  labels        BIGINT           NOT NULL
);

-- A prediction (label is NULL, predicted is its own sequence), or a label (predicted is the
-- sequence of the prediction that it is about, and the columns of predictions are NULL).
CREATE TABLE endolith_log_entry (
  deployment BIGINT NOT NULL REFERENCES endolith_deployment (id),
  sequence   BIGINT NOT NULL,
  predicted  BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  label      TEXT,
  id         BYTEA,
  row_key    TEXT COLLATE "C",
  version    BIGINT,
  generation BIGINT,
  route      TEXT,
  features   TEXT,
  value      TEXT,
  scores     BYTEA,
  PRIMARY KEY (deployment, sequence)
);

CREATE UNIQUE INDEX endolith_log_entry_id ON endolith_log_entry (deployment, id)
  WHERE id IS NOT NULL;
CREATE INDEX endolith_log_entry_key ON endolith_log_entry (deployment, row_key, sequence)
  WHERE row_key IS NOT NULL;
CREATE UNIQUE INDEX endolith_log_entry_label ON endolith_log_entry (deployment, predicted)
  WHERE label IS NOT NULL;
