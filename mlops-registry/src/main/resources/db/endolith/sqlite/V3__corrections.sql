-- A label may be corrected: corrects is the label that a later one replaces. Programs of schema 2
-- go on reading and writing; they take a correction for one more label.
ALTER TABLE endolith_log_entry ADD COLUMN corrects TEXT;

DROP INDEX endolith_log_entry_label;
CREATE INDEX endolith_log_entry_label ON endolith_log_entry (deployment, predicted, sequence)
  WHERE label IS NOT NULL;
