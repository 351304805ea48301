package dev.endolith.registry.signing;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.error.DataException;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionStatus;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/* Rows of an archive's documents: one line of canonical JSON each, which has one meaning. */
final class ArchiveRows {
  /** No row of a registry is longer: the texts in it are bounded one by one. */
  static final int MAX_LINE_BYTES = 32 * 1024 * 1024;

  private ArchiveRows() {}

  /** A version as it is written, with its schema as text. */
  record VersionRow(
      String model,
      long number,
      String key,
      VersionStatus status,
      Digest manifest,
      String format,
      String schema,
      List<Attachment> attachments,
      Map<String, Double> metrics,
      Map<String, String> parameters,
      Map<String, Digest> datasets,
      String run,
      long parent,
      String description,
      String createdBy,
      Instant createdAt) {
    VersionRow {
      attachments = List.copyOf(attachments);
      metrics = Map.copyOf(metrics);
      parameters = Map.copyOf(parameters);
      datasets = Map.copyOf(datasets);
    }

    static VersionRow of(ModelVersion version) {
      return new VersionRow(
          version.model(),
          version.number(),
          version.key(),
          version.status(),
          version.manifest(),
          version.format(),
          version.schema().toJson(),
          version.attachments(),
          version.metrics(),
          version.parameters(),
          version.datasets(),
          version.run(),
          version.parent(),
          version.registeredDescription(),
          version.createdBy(),
          version.createdAt());
    }

    ModelVersion version() {
      return new ModelVersion(
          model,
          number,
          key,
          status,
          manifest,
          format,
          Schema.fromJson(schema),
          attachments,
          metrics,
          parameters,
          datasets,
          run,
          parent,
          description,
          createdBy,
          createdAt);
    }
  }

  /** Reads a version. */
  static ModelVersion version(String line) throws MalformedException {
    VersionRow row = read(line, VersionRow.class);
    try {
      return row.version();
    } catch (IllegalArgumentException | DataException | DateTimeException e) {
      throw new MalformedException("a version's schema is none");
    }
  }

  /**
   * Reads a row. What a newer library has added, what lacks a part, and a second spelling of
   * anything is refused: written again, the row must give the same line.
   */
  static <R extends Record> R read(String line, Class<R> type) throws MalformedException {
    R row;
    String again;
    try {
      row = CanonicalJson.read(line, type);
      again = row == null ? "" : CanonicalJson.write(row);
    } catch (IllegalArgumentException
        | DataException
        | NullPointerException
        | ArithmeticException
        | DateTimeException e) {
      throw new MalformedException("a row has no valid form");
    }
    if (!again.equals(line) || !isComplete(row)) {
      throw new MalformedException(
          "a row has another form than this library writes; was it written by a newer one?");
    }
    return row;
  }

  /** Whether nothing is null that may not be. */
  private static boolean isComplete(@Nullable Object value) {
    if (value instanceof Collection<?> list) {
      return list.stream().allMatch(ArchiveRows::isComplete);
    }
    if (value instanceof Map<?, ?> map) {
      return isComplete(map.values());
    }
    if (value instanceof Record row) {
      for (RecordComponent component : row.getClass().getRecordComponents()) {
        Object part = part(row, component);
        if (part == null
            ? !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
            : !isComplete(part)) {
          return false;
        }
      }
    }
    return value != null;
  }

  private static @Nullable Object part(Record row, RecordComponent component) {
    try {
      return component.getAccessor().invoke(row);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a public record has public accessors", e);
    }
  }
}
