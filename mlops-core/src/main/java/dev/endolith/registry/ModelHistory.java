package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Texts;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model and all that ever happened to it: what {@link Change.Adopt} takes in elsewhere.
 * Immutable. All rows are in memory, some hundred bytes each.
 *
 * @param model the model
 * @param versions its versions, from 1 on
 * @param moves all moves of its aliases, by name and generation
 * @param audit its audit records, oldest first
 */
public record ModelHistory(
    RegisteredModel model,
    List<ModelVersion> versions,
    List<Alias> moves,
    List<AuditRecord> audit) {
  private static final int PAGE = 1_000;

  /** How often a model is read again that others write to at the same time. */
  private static final int ATTEMPTS = 10;

  /** Every store keeps times between these to the microsecond. */
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  /**
   * Copies the lists.
   *
   * @param model the model
   * @param versions its versions, from 1 on
   * @param moves all moves of its aliases, by name and generation
   * @param audit its audit records, oldest first
   */
  public ModelHistory {
    versions = List.copyOf(versions);
    moves = List.copyOf(moves);
    audit = List.copyOf(audit);
  }

  /**
   * Reads a model's history by the other methods of a registry: for {@link ModelRegistry#history}.
   * Where others write to the model all the time it may never be seen whole.
   *
   * @param registry the registry
   * @param name the model's name
   * @return its history, without {@link #problems()}
   * @throws NotFoundException if there is no such model
   * @throws IntegrityException if the registry does not agree with its audit records
   */
  public static ModelHistory read(ModelRegistry registry, String name) {
    String problem = "";
    for (int i = 0; i < ATTEMPTS; i++) {
      ModelHistory history = once(registry, name);
      List<String> problems = history.problems();
      if (problems.isEmpty()) {
        return history;
      }
      problem = problems.get(0);
      if (registry.audit(name, history.audit.size(), 1).isEmpty()) {
        break; // no record that was written meanwhile explains it
      }
    }
    throw new IntegrityException(name, problem + "; see workspace.verify()");
  }

  private static ModelHistory once(ModelRegistry registry, String name) {
    RegisteredModel model =
        registry.models(Query.where(ModelField.NAME.is(name))).items().stream()
            .findFirst()
            .orElseThrow(
                () -> new NotFoundException("model", name, "there is no model of that name"));
    List<ModelVersion> versions = new ArrayList<>();
    long before = model.lastNumber() + 1;
    while (before > 1) {
      List<ModelVersion> page = registry.versions(name, before, PAGE);
      versions.addAll(page);
      before = page.isEmpty() ? 0 : page.get(page.size() - 1).number();
    }
    versions.sort(Comparator.comparingLong(ModelVersion::number));
    List<Alias> moves = new ArrayList<>();
    Query<AliasField> query = Query.where(AliasField.MODEL.is(name)).limit(PAGE);
    while (true) {
      Page<Alias> page = registry.aliases(query);
      page.items().forEach(alias -> moves.addAll(registry.history(name, alias.name())));
      if (page.next().isEmpty()) {
        break;
      }
      query = query.after(page.next());
    }
    return new ModelHistory(model, versions, moves, new AuditLog(registry).records(name));
  }

  /**
   * What in it is not as its audit records say, or could not be kept by every store. The records
   * prove that nothing was changed, left out or added by mistake; whoever can compute digests can
   * make a history without problems.
   *
   * @return the problems, none if it is whole; O(all rows)
   */
  public List<String> problems() {
    AuditReplay replay = new AuditReplay(model.name());
    for (AuditRecord record : audit) {
      if (!replay.follow(record)) {
        return replay.problems();
      }
    }
    long number = 0;
    for (ModelVersion version : versions) {
      number++;
      if (version.number() != number || !version.model().equals(model.name())) {
        replay.problem(model.name() + ": version " + number + " is missing");
        return replay.problems();
      }
      replay.compare(version);
    }
    replay.compareCount();
    if (model.lastNumber() != number) {
      replay.problem(model.name() + ": its counter is not the number of its last version");
    }
    replay.compare(model);
    Map<String, List<Alias>> byName = new LinkedHashMap<>();
    for (Alias move : moves) {
      byName.computeIfAbsent(move.name(), name -> new ArrayList<>()).add(move);
      if (!move.model().equals(model.name()) || move.version() > number) {
        replay.problem(model.name() + ": an alias points to what is not a version of it");
      }
    }
    TreeSet<String> names = new TreeSet<>(replay.aliases());
    names.addAll(byName.keySet());
    for (String name : names) {
      List<Alias> all = byName.getOrDefault(name, List.of());
      replay.compare(name, all, all.stream().reduce((first, second) -> second));
    }
    if (replay.problems().isEmpty()) {
      unkept().ifPresent(what -> replay.problem(model.name() + ": " + what));
    }
    return List.copyOf(replay.problems());
  }

  /** What no registry would have written, because not every store keeps it. */
  private Optional<String> unkept() {
    boolean names =
        Names.isName(model.name()) && moves.stream().map(Alias::name).allMatch(Names::isName);
    boolean times =
        versions.stream().map(ModelVersion::createdAt).allMatch(ModelHistory::isKept)
            && moves.stream().map(Alias::at).allMatch(ModelHistory::isKept)
            && audit.stream().map(AuditRecord::at).allMatch(ModelHistory::isKept);
    boolean keys =
        versions.stream().map(ModelVersion::key).filter(key -> !key.isEmpty()).distinct().count()
            == versions.stream().map(ModelVersion::key).filter(key -> !key.isEmpty()).count();
    boolean texts =
        isKept((Object) model)
            && versions.stream().allMatch(ModelHistory::textsAreKept)
            && moves.stream().allMatch(ModelHistory::isKept)
            && audit.stream().allMatch(ModelHistory::isKept);
    if (!names) {
      return Optional.of("the name of a model or an alias is none");
    }
    if (!times) {
      return Optional.of("a time is not one of the years 1 to 9999, to the microsecond");
    }
    if (!keys) {
      return Optional.of("two versions have one key");
    }
    return texts ? Optional.empty() : Optional.of("a text cannot be kept as it is");
  }

  private static boolean isKept(Instant at) {
    return !at.isBefore(FIRST) && !at.isAfter(LAST) && at.equals(at.truncatedTo(ChronoUnit.MICROS));
  }

  private static boolean textsAreKept(ModelVersion version) {
    return Texts.isKept(version.schema().toJson())
        && isKept(version.status())
        && isKept(
            List.of(
                version.key(),
                version.format(),
                version.attachments(),
                version.metrics(),
                version.parameters(),
                version.datasets(),
                version.run(),
                version.registeredDescription(),
                version.createdBy()));
  }

  /** Whether every text in a row can be kept: its JSON has them all, escaped. */
  private static boolean isKept(Object row) {
    return allKept(CanonicalJson.readGeneric(CanonicalJson.write(row), Object.class));
  }

  private static boolean allKept(@Nullable Object json) {
    if (json instanceof String text) {
      return Texts.isKept(text);
    }
    if (json instanceof List<?> list) {
      return list.stream().allMatch(ModelHistory::allKept);
    }
    if (json instanceof Map<?, ?> map) {
      return map.keySet().stream().allMatch(ModelHistory::allKept)
          && map.values().stream().allMatch(ModelHistory::allKept);
    }
    return true;
  }

  /** Whether a record is the last one of this history. */
  boolean endsWith(@Nullable AuditHead head) {
    return head != null && !audit.isEmpty() && audit.get(audit.size() - 1).head().equals(head);
  }

  /**
   * Every blob that the history refers to: attachments, evidence and signed statements.
   *
   * @return the blobs, each digest once, in order of digest
   * @throws IntegrityException if one blob is said to have two sizes
   */
  public List<Attachment> blobs() {
    Map<String, Attachment> blobs = new TreeMap<>();
    for (ModelVersion version : versions) {
      version.attachments().forEach(blob -> add(blobs, blob));
      version.status().approvals().forEach(a -> a.evidence().forEach(blob -> add(blobs, blob)));
      version.status().attestations().forEach(a -> add(blobs, a.blob()));
    }
    return List.copyOf(blobs.values());
  }

  private void add(Map<String, Attachment> blobs, Attachment blob) {
    Attachment known = blobs.putIfAbsent(blob.digest().hex(), blob);
    if (known != null && known.size() != blob.size()) {
      throw new IntegrityException(
          model.name(), "blob " + blob.digest() + " is said to have two sizes");
    }
  }
}
