package dev.endolith.registry;

import dev.endolith.query.QueryField;
import dev.endolith.query.Term;
import java.util.List;

/** What aliases can be searched by, as they stand now. The order is that of model and alias. */
public enum AliasField implements QueryField<AliasField> {
  /** The model's name. */
  MODEL(Kind.TEXT),
  /** The alias. */
  NAME(Kind.TEXT),
  /** The version it points to, 0 if it was removed. */
  VERSION(Kind.INTEGER),
  /** When it moved last. */
  AT(Kind.TIME),
  /** Who moved it last. */
  ACTOR(Kind.TEXT);

  private final Kind kind;

  AliasField(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public AliasField self() {
    return this;
  }

  /**
   * An alias's values, for stores that go through their rows.
   *
   * @param term which value
   * @param alias the alias as it stands
   * @return the values
   */
  public static List<?> values(Term<AliasField> term, Alias alias) {
    return switch (term.field()) {
      case MODEL -> List.of(alias.model());
      case NAME -> List.of(alias.name());
      case VERSION -> List.of(alias.version());
      case AT -> List.of(alias.at());
      case ACTOR -> List.of(alias.actor());
    };
  }
}
