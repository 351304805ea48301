package dev.endolith.registry.sql;

import dev.endolith.WorkspaceStorage;
import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Things to keep in a workspace. */
final class Samples {
  static final String MODEL = "fraud";
  static final String DEPLOYMENT = "scorer";
  static final Schema SCHEMA = Schema.of(Field.number("income"), Field.category("job"));
  static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  private Samples() {}

  static ModelVersion register(WorkspaceStorage storage, byte[] content) {
    Digest digest = storage.artifacts().put(content);
    return storage
        .registry()
        .commit(changes(draft(new Attachment(Attachment.MODEL, "", content.length, digest))))
        .versions()
        .get(0);
  }

  static Change draft(Attachment attachment) {
    return draft(MODEL, attachment);
  }

  static Change draft(String model, Attachment attachment) {
    return draft(model, "", attachment);
  }

  static Change draft(String model, String key, Attachment attachment) {
    return new Change.Register(
        model,
        key,
        "test",
        SCHEMA,
        List.of(attachment),
        Map.of("auc", 0.75),
        Map.of(),
        Map.of(),
        "",
        0,
        "",
        Map.of(),
        false);
  }

  static void approve(WorkspaceStorage storage, long number) {
    storage
        .registry()
        .commit(
            changes(
                new Change.Transition(MODEL, number, VersionState.VALIDATED),
                new Change.Transition(MODEL, number, VersionState.APPROVED)));
  }

  static Alias promote(WorkspaceStorage storage, long number) {
    long seen = storage.registry().alias(MODEL, Alias.CHAMPION).map(Alias::generation).orElse(0L);
    return storage
        .registry()
        .commit(changes(new Change.MoveAlias(MODEL, Alias.CHAMPION, seen, number)))
        .aliases()
        .get(0);
  }

  static Changes changes(Change... changes) {
    return Changes.of(new Actor("ann"), "because", changes);
  }

  static PredictionRecord prediction(Id id) {
    return new PredictionRecord(
        id,
        DEPLOYMENT,
        "key " + id,
        TEN,
        1,
        1,
        Route.CHAMPION,
        Row.of(SCHEMA, new double[] {5, Double.NaN}, new String[] {null, "clerk"}),
        "yes",
        new double[] {0.25, 0.75});
  }

  static Feedback label(Id id, String label) {
    return new Feedback(id, "", label, TEN);
  }
}
