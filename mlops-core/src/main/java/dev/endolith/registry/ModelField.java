package dev.endolith.registry;

import dev.endolith.query.QueryField;
import dev.endolith.query.Term;
import java.util.List;

/** What models can be searched by. The order of a search is that of names. */
public enum ModelField implements QueryField<ModelField> {
  /** The name. */
  NAME(Kind.TEXT),
  /** The number of its last version. */
  LAST_NUMBER(Kind.INTEGER),
  /** The text for people. */
  DESCRIPTION(Kind.TEXT),
  /** Whether it was deleted. */
  DELETED(Kind.FLAG),
  /** A tag, by name. */
  TAG(Kind.TEXT);

  private final Kind kind;

  ModelField(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public boolean keyed() {
    return this == TAG;
  }

  @Override
  public ModelField self() {
    return this;
  }

  /**
   * A model's values, for stores that go through their rows.
   *
   * @param term which value
   * @param model the model
   * @return the values, none where it has none
   */
  public static List<?> values(Term<ModelField> term, RegisteredModel model) {
    return switch (term.field()) {
      case NAME -> List.of(model.name());
      case LAST_NUMBER -> List.of(model.lastNumber());
      case DESCRIPTION -> List.of(model.description());
      case DELETED -> List.of(model.deleted());
      case TAG -> {
        String tag = model.tags().get(term.key());
        yield tag == null ? List.of() : List.of(tag);
      }
    };
  }
}
