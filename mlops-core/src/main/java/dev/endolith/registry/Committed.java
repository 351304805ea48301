package dev.endolith.registry;

import dev.endolith.event.Event;
import java.util.List;

/**
 * What a commit wrote. Immutable.
 *
 * @param models models whose description, tags or rules changed, as they are now
 * @param versions versions registered or changed, as they are now; for a registration under a known
 *     key the version that was there
 * @param aliases aliases moved, as they are now
 * @param documents documents written, as they are now
 * @param audit the audit records, one per state change
 * @param events what listeners are to be told
 */
public record Committed(
    List<RegisteredModel> models,
    List<ModelVersion> versions,
    List<Alias> aliases,
    List<Document> documents,
    List<AuditRecord> audit,
    List<Event> events) {
  /**
   * Copies the lists.
   *
   * @param models models whose description, tags or rules changed, as they are now
   * @param versions versions registered or changed, as they are now; for a registration under a
   *     known key the version that was there
   * @param aliases aliases moved, as they are now
   * @param documents documents written, as they are now
   * @param audit the audit records, one per state change
   * @param events what listeners are to be told
   */
  public Committed {
    models = List.copyOf(models);
    versions = List.copyOf(versions);
    aliases = List.copyOf(aliases);
    documents = List.copyOf(documents);
    audit = List.copyOf(audit);
    events = List.copyOf(events);
  }
}
