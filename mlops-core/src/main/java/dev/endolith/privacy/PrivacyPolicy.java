package dev.endolith.privacy;

import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitivity;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What logs, profiles and reports see of each field. A field that is personal or sensitive and has
 * no policy is dropped; a public one is kept. Immutable.
 */
public final class PrivacyPolicy {
  private final Map<String, FieldPolicy> policies;

  private PrivacyPolicy(Map<String, FieldPolicy> policies) {
    this.policies = policies;
  }

  /**
   * The default: public fields are kept, all others dropped.
   *
   * @return the policy
   */
  public static PrivacyPolicy standard() {
    return new PrivacyPolicy(Map.of());
  }

  /**
   * This policy with one field's rule changed.
   *
   * @param field the field's name
   * @param policy its rule
   * @return a new policy
   */
  public PrivacyPolicy with(String field, FieldPolicy policy) {
    Map<String, FieldPolicy> changed = new LinkedHashMap<>(policies);
    changed.put(field, policy);
    return new PrivacyPolicy(changed);
  }

  /**
   * Whether a field's value leaves the process.
   *
   * @param schema the schema
   * @param field the field's position
   * @return true if it is kept
   */
  public boolean keeps(Schema schema, int field) {
    FieldPolicy policy = policies.get(schema.field(field).name());
    if (policy == null) {
      return schema.field(field).sensitivity() == Sensitivity.PUBLIC;
    }
    return policy == FieldPolicy.KEEP;
  }

  /**
   * Whether every field of a schema is kept.
   *
   * @param schema the schema
   * @return true if nothing is dropped
   */
  public boolean keepsAll(Schema schema) {
    for (int i = 0; i < schema.size(); i++) {
      if (!keeps(schema, i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * What may leave of a row.
   *
   * @param row the row
   * @return the row with dropped fields missing
   */
  public Row apply(Row row) {
    if (keepsAll(row.schema())) {
      return row;
    }
    boolean[] kept = new boolean[row.schema().size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = keeps(row.schema(), i);
    }
    return row.keepOnly(kept);
  }
}
