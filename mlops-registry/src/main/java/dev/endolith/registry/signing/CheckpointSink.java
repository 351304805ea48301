package dev.endolith.registry.signing;

/**
 * Keeps signed checkpoints where the database's owner cannot change them: a file elsewhere, another
 * instance, a mailbox. SPI. Thread-safe. What a sink holds is what a rolled back or rewritten
 * database is told from.
 */
@FunctionalInterface
public interface CheckpointSink {
  /**
   * Keeps a note. When it returns the note is as durable as the sink is. The same note may come
   * again, and a note may be left out if a sink failed: the next one stands for it.
   *
   * @param note the note as text, see {@link SignedNote}
   * @throws dev.endolith.error.StorageException if the note cannot be kept; it comes again
   */
  void accept(String note);
}
