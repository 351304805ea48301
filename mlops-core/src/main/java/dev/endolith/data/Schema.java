package dev.endolith.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The ordered fields of a row. Immutable. */
public final class Schema {
  private final List<Field> fields;
  private final Map<String, Integer> positions;
  private final Digest digest;

  private Schema(List<Field> fields) {
    this.fields = List.copyOf(fields);
    this.positions = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).name();
      if (positions.putIfAbsent(name, i) != null) {
        throw new IllegalArgumentException(
            "a schema names each field once, '" + name + "' is twice");
      }
    }
    this.digest = Digest.ofText(toJson());
  }

  /**
   * A schema of fields in order.
   *
   * @param fields the fields
   * @return the schema
   * @throws IllegalArgumentException if two fields share a name
   */
  public static Schema of(List<Field> fields) {
    return new Schema(fields);
  }

  /**
   * A schema of fields in order.
   *
   * @param fields the fields
   * @return the schema
   * @throws IllegalArgumentException if two fields share a name
   */
  public static Schema of(Field... fields) {
    return new Schema(List.of(fields));
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param json the text
   * @return the schema
   * @throws dev.endolith.error.DataException if the text is not a schema
   */
  public static Schema fromJson(String json) {
    return new Schema(List.of(CanonicalJson.read(json, Field[].class)));
  }

  /**
   * The fields in order.
   *
   * @return the fields, immutable
   */
  public List<Field> fields() {
    return fields;
  }

  /**
   * The number of fields.
   *
   * @return the number of fields
   */
  public int size() {
    return fields.size();
  }

  /**
   * The field at a position.
   *
   * @param index a position from 0
   * @return the field
   */
  public Field field(int index) {
    return fields.get(index);
  }

  /**
   * The position of a field.
   *
   * @param name its name
   * @return the position from 0, empty if there is none of that name
   */
  public OptionalInt position(String name) {
    Integer position = positions.get(name);
    return position == null ? OptionalInt.empty() : OptionalInt.of(position);
  }

  /**
   * The schema as canonical JSON.
   *
   * @return an array of fields
   */
  public String toJson() {
    return CanonicalJson.write(fields);
  }

  /**
   * The digest of {@link #toJson()}.
   *
   * @return the digest
   */
  public Digest digest() {
    return digest;
  }

  /**
   * Compares this schema, which a model was trained with, with the one that wants to use the model.
   * Fields are matched by name. A field that the model does not know and a wider set of categories
   * are compatible; a field that the model needs and the task lacks, or another type, is not.
   *
   * @param task the schema that wants to use the model
   * @return equal, compatible or refused, with the differences spelled out
   */
  public SchemaComparison compare(Schema task) {
    if (digest.equals(task.digest)) {
      return new SchemaComparison.Equal();
    }
    List<String> harmless = new ArrayList<>();
    List<String> fatal = new ArrayList<>();
    Map<String, Field> offered = new LinkedHashMap<>();
    task.fields.forEach(f -> offered.put(f.name(), f));
    for (Field needed : fields) {
      Field given = offered.remove(needed.name());
      if (given == null) {
        fatal.add("the model needs field '" + needed.name() + "', which the task lacks");
      } else if (given.type() != needed.type()) {
        fatal.add(
            "field '"
                + needed.name()
                + "' is "
                + needed.type()
                + " in the model and "
                + given.type()
                + " in the task");
      } else if (!given.equals(needed)) {
        harmless.add(
            "field '" + needed.name() + "' differs in categories, nullability or sensitivity");
      }
    }
    offered.keySet().forEach(name -> harmless.add("the model does not know field '" + name + "'"));
    if (fatal.isEmpty() && harmless.isEmpty()) {
      harmless.add("the order of the fields differs");
    }
    return fatal.isEmpty()
        ? new SchemaComparison.Compatible(harmless)
        : new SchemaComparison.Refused(fatal);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schema that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return "Schema" + fields;
  }
}
