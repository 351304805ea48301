package dev.endolith.registry;

import dev.endolith.error.ConflictException;
import java.util.List;
import java.util.Optional;

/**
 * Small named documents with compare-and-set: rollouts, cursors, detector states, leases. SPI.
 * Thread-safe. Writes that belong to a registry change go through {@link Change.PutDocument}
 * instead.
 */
public interface StateStore {
  /**
   * A document.
   *
   * @param name its name, of the form of {@link Names}
   * @return the document, empty if it never existed
   */
  Optional<Document> get(String name);

  /**
   * Writes a document.
   *
   * @param name its name, of the form of {@link Names}
   * @param expectedRevision the revision that the caller has seen, 0 if it never existed
   * @param json the new content
   * @return the document as written
   * @throws ConflictException if it is at another revision
   */
  Document put(String name, long expectedRevision, String json);

  /**
   * The names of documents.
   *
   * @param prefix what they begin with
   * @return the names in alphabetical order
   */
  List<String> names(String prefix);
}
