package dev.endolith.examples;

import dev.endolith.Workspace;
import dev.endolith.data.Schema;
import dev.endolith.registry.Alias;
import dev.endolith.registry.ModelVersion;
import dev.endolith.serving.LogEntry;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What must be the same after a replay that was killed: versions, alias history, parameters,
 * answers. Not ids, and not the stored bytes: Tribuo writes the time into them.
 */
final class WorkspaceDigest {
  private WorkspaceDigest() {}

  static String of(Workspace workspace, String model, Schema schema) {
    StringBuilder out = new StringBuilder();
    for (ModelVersion v : workspace.models().newest(model, 1_000)) {
      out.append(v.label())
          .append(' ')
          .append(v.state())
          .append(" parent ")
          .append(v.parent())
          .append(' ')
          .append(new TreeMap<>(v.metrics()))
          .append(new TreeMap<>(v.parameters()))
          .append(new TreeMap<>(v.datasets()))
          .append(v.createdAt())
          .append('\n');
    }
    for (String alias : List.of(Alias.CHAMPION, Alias.CHALLENGER)) {
      workspace.models().history(model, alias).forEach(move -> out.append(move).append('\n'));
    }
    long predictions = 0;
    int answers = 1;
    long after = 0;
    while (true) {
      List<LogEntry> page = workspace.predictions().read(model, schema, after, 1_000);
      if (page.isEmpty()) {
        return out.append(predictions).append(" entries, ").append(answers).toString();
      }
      for (LogEntry entry : page) {
        predictions++;
        after = entry.sequence();
        answers =
            31 * answers
                + Arrays.deepHashCode(
                    new Object[] {
                      entry.sequence(),
                      entry.prediction().key(),
                      entry.prediction().version(),
                      entry.prediction().route().name(),
                      entry.prediction().value(),
                      entry.prediction().scores(),
                      entry.at(),
                      label(entry)
                    });
      }
    }
  }

  private static String label(LogEntry entry) {
    if (entry instanceof LogEntry.Corrected c) {
      return c.label();
    }
    return entry instanceof LogEntry.Labelled l ? l.label() : "";
  }
}
