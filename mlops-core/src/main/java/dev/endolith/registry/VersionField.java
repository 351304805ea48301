package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.query.QueryField;
import dev.endolith.query.Term;
import java.util.List;

/** What versions can be searched by. The order of a search is that of model and newest first. */
public enum VersionField implements QueryField<VersionField> {
  /** The model's name. */
  MODEL(Kind.TEXT),
  /** The number. */
  NUMBER(Kind.INTEGER),
  /** The name of the state. */
  STATE(Kind.TEXT),
  /** The name of the {@link Readiness}. */
  READINESS(Kind.TEXT),
  /** The name of the format. */
  FORMAT(Kind.TEXT),
  /** The digest of the manifest, as hex. */
  MANIFEST(Kind.TEXT),
  /** The id of the run. */
  RUN(Kind.TEXT),
  /** The number of the version that it was to replace. */
  PARENT(Kind.INTEGER),
  /** Who registered it. */
  CREATED_BY(Kind.TEXT),
  /** When it was registered. */
  CREATED_AT(Kind.TIME),
  /** The text for people. */
  DESCRIPTION(Kind.TEXT),
  /** Whether it was deleted. */
  DELETED(Kind.FLAG),
  /** An alias that points to it now. */
  ALIAS(Kind.TEXT),
  /** The fingerprint of any data set that it saw, as hex. */
  DATA(Kind.TEXT),
  /** A tag, by name. */
  TAG(Kind.TEXT),
  /** A metric, by name. */
  METRIC(Kind.NUMBER),
  /** A parameter, by name. */
  PARAMETER(Kind.TEXT),
  /** The fingerprint of a data set, as hex, by role. */
  DATASET(Kind.TEXT);

  private final Kind kind;

  VersionField(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public boolean keyed() {
    return this == TAG || this == METRIC || this == PARAMETER || this == DATASET;
  }

  @Override
  public VersionField self() {
    return this;
  }

  /**
   * A version's values, for stores that go through their rows.
   *
   * @param term which value
   * @param version the version
   * @param aliases the aliases of its model as they stand now
   * @return the values, none where it has none
   */
  public static List<?> values(Term<VersionField> term, ModelVersion version, List<Alias> aliases) {
    return switch (term.field()) {
      case MODEL -> List.of(version.model());
      case NUMBER -> List.of(version.number());
      case STATE -> List.of(version.state().name());
      case READINESS -> List.of(version.status().readiness().name());
      case FORMAT -> List.of(version.format());
      case MANIFEST -> List.of(version.manifest().hex());
      case RUN -> List.of(version.run());
      case PARENT -> List.of(version.parent());
      case CREATED_BY -> List.of(version.createdBy());
      case CREATED_AT -> List.of(version.createdAt());
      case DESCRIPTION -> List.of(version.description());
      case DELETED -> List.of(version.status().deleted());
      case ALIAS ->
          aliases.stream()
              .filter(alias -> alias.version() == version.number())
              .map(Alias::name)
              .toList();
      case DATA -> version.datasets().values().stream().map(Digest::hex).toList();
      case TAG -> optional(version.status().tags().get(term.key()));
      case METRIC -> optional(version.metrics().get(term.key()));
      case PARAMETER -> optional(version.parameters().get(term.key()));
      case DATASET ->
          version.datasets().containsKey(term.key())
              ? List.of(version.datasets().get(term.key()).hex())
              : List.of();
    };
  }

  private static List<?> optional(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }
}
