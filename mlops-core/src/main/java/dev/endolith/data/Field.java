package dev.endolith.data;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One field of a schema. Immutable.
 *
 * @param name its name: letters, digits, {@code _ . -}, at most 128, a letter or {@code _} first
 * @param type what it holds
 * @param nullable whether a row may lack it
 * @param sensitivity how much harm its value can do
 * @param values the categories that are known when the schema is made, in order; empty where they
 *     are not known or the field is not a category
 */
public record Field(
    String name, FieldType type, boolean nullable, Sensitivity sensitivity, List<String> values) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,127}");

  /**
   * Checks the name and copies the values.
   *
   * @param name its name: letters, digits, {@code _ . -}, at most 128, a letter or {@code _} first
   * @param type what it holds
   * @param nullable whether a row may lack it
   * @param sensitivity how much harm its value can do
   * @param values the categories that are known when the schema is made, in order; empty where they
   *     are not known or the field is not a category
   * @throws IllegalArgumentException if the name breaks the rule above, or a field that is not a
   *     category has values
   */
  public Field {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a field name has letters, digits, '_', '.', '-', at most 128, and begins with a letter or"
              + " '_'; was a name of "
              + name.length()
              + " characters");
    }
    values = List.copyOf(values);
    if (!values.isEmpty() && type != FieldType.CATEGORY) {
      throw new IllegalArgumentException(
          "field " + name + " is " + type + " and has no categories");
    }
  }

  /**
   * A public numeric field that every row has.
   *
   * @param name its name
   * @return the field
   */
  public static Field number(String name) {
    return new Field(name, FieldType.NUMBER, false, Sensitivity.PUBLIC, List.of());
  }

  /**
   * A public category field that every row has.
   *
   * @param name its name
   * @param values the categories, where known
   * @return the field
   */
  public static Field category(String name, String... values) {
    return new Field(name, FieldType.CATEGORY, false, Sensitivity.PUBLIC, List.of(values));
  }
}
