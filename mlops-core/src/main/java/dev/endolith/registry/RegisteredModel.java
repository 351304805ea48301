package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model: the name under which versions are registered, and what holds for all of them. Immutable.
 *
 * @param name the name, of the form of {@link Names}
 * @param lastNumber the number of its last version; counts on whatever is deleted
 * @param description a text for people
 * @param tags its tags
 * @param governance who may do what with it
 * @param deleted whether it was taken out of sight
 */
public record RegisteredModel(
    String name,
    long lastNumber,
    String description,
    Map<String, String> tags,
    Governance governance,
    boolean deleted) {
  /**
   * Copies the tags.
   *
   * @param name the name, of the form of {@link Names}
   * @param lastNumber the number of its last version; counts on whatever is deleted
   * @param description a text for people
   * @param tags its tags
   * @param governance who may do what with it
   * @param deleted whether it was taken out of sight
   */
  public RegisteredModel {
    tags = Map.copyOf(tags);
  }

  /**
   * A model without versions.
   *
   * @param name the name
   * @return the model
   */
  static RegisteredModel fresh(String name) {
    return new RegisteredModel(name, 0, "", Map.of(), Governance.NONE, false);
  }

  RegisteredModel counted() {
    return new RegisteredModel(name, lastNumber + 1, description, tags, governance, deleted);
  }

  RegisteredModel annotated(String text, Map<String, String> newTags) {
    return new RegisteredModel(name, lastNumber, text, newTags, governance, deleted);
  }

  RegisteredModel governed(Governance next) {
    return new RegisteredModel(name, lastNumber, description, tags, next, deleted);
  }

  RegisteredModel deleted(boolean gone) {
    return new RegisteredModel(name, lastNumber, description, tags, governance, gone);
  }

  /** The digest of everything but the counter, which the versions themselves prove. */
  Digest digest() {
    Map<String, Object> all = new TreeMap<>();
    all.put("deleted", deleted);
    all.put("description", description);
    all.put("governance", governance);
    all.put("tags", tags);
    return Digest.ofText(CanonicalJson.write(all));
  }
}
