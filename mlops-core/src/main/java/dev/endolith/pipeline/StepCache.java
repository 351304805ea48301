package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.ConflictException;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Document;
import dev.endolith.registry.StateStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Outputs of steps, kept beyond their run. A step that is {@link Step#cached} is not done if its
 * inputs, its own code with all that it reaches, its label and the environment are those of an
 * output that is still there and still has its digest. Thread-safe.
 *
 * <p>The first time in a process the classes that a step reaches are read, which takes about a
 * second for a few thousand classes; after that a key costs a few microseconds an input.
 */
public final class StepCache {
  private static final String ENTRY = "stepcache.";
  private static final String LATEST = "stepcache-latest.";
  private static final int NAMED = 3;

  private final StateStore state;
  private final ArtifactStore artifacts;
  private final Clock clock;
  private final Map<String, String> environment;
  private final StepCode code = new StepCode();

  private StepCache(
      StateStore state, ArtifactStore artifacts, Clock clock, Map<String, String> environment) {
    this.state = state;
    this.artifacts = artifacts;
    this.clock = clock;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Creates a cache. Its environment is the version of the Java runtime and the architecture.
   *
   * @param state where entries are kept
   * @param artifacts where large outputs are kept, the same as that of the {@link Pipelines}
   * @param clock gives the times of entries
   * @return the cache
   */
  public static StepCache of(StateStore state, ArtifactStore artifacts, Clock clock) {
    return new StepCache(
        state,
        artifacts,
        clock,
        Map.of(
            "java", System.getProperty("java.runtime.version", ""),
            "architecture", System.getProperty("os.arch", "")));
  }

  /**
   * The same cache for a declared environment: what steps depend on and the cache cannot see.
   *
   * @param declared names and values; other values are other outputs
   * @return the cache
   */
  public StepCache environment(Map<String, String> declared) {
    return new StepCache(state, artifacts, clock, declared);
  }

  /**
   * Forgets outputs that were made before an instant, so that their blobs can be collected.
   *
   * @param before the instant
   * @return how many were forgotten
   */
  public int forget(Instant before) {
    int forgotten = 0;
    for (String name : state.names(ENTRY)) {
      Optional<Document> found = state.get(name);
      Entry entry = found.map(d -> CanonicalJson.read(d.json(), Entry.class)).orElse(null);
      if (entry != null && !entry.kept().isEmpty() && entry.at().isBefore(before)) {
        put(name, CanonicalJson.write(new Entry("", entry.at())));
        forgotten++;
      }
    }
    return forgotten;
  }

  /** An output; empty once it is forgotten. */
  private record Entry(String kept, Instant at) {}

  /** What the newest output of a step was made of, to explain a miss. */
  private record Latest(Map<String, String> parts, String code) {}

  /** What an output is made of. */
  record Key(Digest digest, String place, Map<String, String> parts, Map<String, String> classes) {}

  /** Whether there is an output, and why or why not. */
  record Lookup(@Nullable String kept, String why) {}

  Key key(Instance instance, Node.Task<?> task, Values values) {
    Map<String, String> parts = new TreeMap<>();
    environment.forEach((name, value) -> parts.put("environment '" + name + "'", value));
    parts.put("label", String.valueOf(task.options().cacheLabel()));
    int number = 0;
    for (StepOutput<?> input : task.inputs()) {
      Instance source = instance.frame.instance(input);
      if (source.node instanceof Node.Context) {
        continue;
      }
      number++;
      Digest digest = values.digest(source);
      if (digest == null) {
        throw new IllegalStateException(
            "step '"
                + task.name()
                + "' cannot be cached: nothing tells whether its input '"
                + source.node.name()
                + "' is the same as before; keep that output, give StepValue.recomputed a digest, or"
                + " tell forEach how an item is written");
      }
      parts.put("input " + number + " '" + source.node.name() + "'", digest.hex());
    }
    StepCode.Reach reach = code.of(task.name(), task.code());
    parts.put("code", reach.digest().hex());
    String place = Digest.ofText(instance.frame.scope.pipeline + "/" + instance.path).hex();
    return new Key(Digest.ofText(CanonicalJson.write(parts)), place, parts, reach.parts());
  }

  Lookup find(Key key, Values values) {
    Optional<Document> found = state.get(ENTRY + key.digest().hex());
    if (found.isEmpty()) {
      return new Lookup(null, difference(key));
    }
    Entry entry = CanonicalJson.read(found.get().json(), Entry.class);
    if (entry.kept().isEmpty()) {
      return new Lookup(null, "miss: the output was forgotten");
    }
    try {
      values.bytes(entry.kept()); // reads and verifies all of it
    } catch (EndolithException e) {
      return new Lookup(null, "miss: the output is not there any more, or was altered");
    }
    return new Lookup(entry.kept(), "hit: made " + entry.at());
  }

  /** Why the newest output of the same step is not the one that is looked for. */
  private String difference(Key key) {
    Latest latest =
        state
            .get(LATEST + key.place())
            .map(d -> CanonicalJson.read(d.json(), Latest.class))
            .orElse(null);
    if (latest == null) {
      return "miss: never done before";
    }
    List<String> changed = new ArrayList<>();
    key.parts()
        .forEach(
            (part, value) -> {
              if (!value.equals(latest.parts().get(part))) {
                changed.add(part.equals("code") ? "code " + classes(key, latest) : part);
              }
            });
    return changed.isEmpty()
        ? "miss: an input is gone"
        : "miss: changed since the last time: " + String.join(", ", changed);
  }

  private String classes(Key key, Latest latest) {
    Map<?, ?> before;
    try {
      byte[] bytes = artifacts.read(new Digest(latest.code()), Integer.MAX_VALUE - 8L);
      before =
          CanonicalJson.read(new String(bytes, java.nio.charset.StandardCharsets.UTF_8), Map.class);
    } catch (EndolithException e) {
      return "(which classes is not known any more)";
    }
    List<String> changed =
        key.classes().entrySet().stream()
            .filter(e -> !e.getValue().equals(before.get(e.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    List<String> gone =
        before.keySet().stream()
            .map(String::valueOf)
            .filter(name -> !key.classes().containsKey(name))
            .toList();
    List<String> all = new ArrayList<>(changed);
    all.addAll(gone);
    return "of "
        + String.join(", ", all.subList(0, Math.min(NAMED, all.size())))
        + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "");
  }

  void put(Key key, String kept) {
    Digest classes = artifacts.put(Values.utf8(CanonicalJson.write(key.classes())));
    put(ENTRY + key.digest().hex(), CanonicalJson.write(new Entry(kept, clock.instant())));
    put(LATEST + key.place(), CanonicalJson.write(new Latest(key.parts(), classes.hex())));
  }

  private void put(String name, String json) {
    try {
      state.put(name, state.get(name).map(Document::revision).orElse(0L), json);
    } catch (ConflictException e) {
      // somebody made the same output at the same time
    }
  }
}
