package dev.endolith.lifecycle;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.ArtifactStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How the surroundings of two runs differ. */
final class Surroundings {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_JARS = 20;
  private static final String CLASS_PATH = "classpath";

  /** What changes from process to process and not what is computed. */
  private static final Set<String> IRRELEVANT = Set.of("max-heap-bytes");

  private Surroundings() {}

  static List<Reproduction.Difference> differences(
      ArtifactStore artifacts, Map<String, String> then, Map<String, String> now) {
    List<Reproduction.Difference> differences = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    names.removeAll(IRRELEVANT);
    for (String name : names) {
      String before = then.getOrDefault(name, "unknown");
      String after = now.getOrDefault(name, "unknown");
      if (before.equals(after)) {
        continue;
      }
      boolean code = name.equals(CLASS_PATH) || name.equals("git");
      differences.add(
          new Reproduction.Difference(
              code ? Reproduction.Kind.CODE : Reproduction.Kind.ENVIRONMENT,
              name.equals(CLASS_PATH)
                  ? "the class path differs in " + jars(artifacts, before, after)
                  : name + " was " + before + " and is " + after));
    }
    return differences;
  }

  private static String jars(ArtifactStore artifacts, String then, String now) {
    Map<?, ?> before;
    Map<?, ?> after;
    try {
      before = read(artifacts, then);
      after = read(artifacts, now);
    } catch (EndolithException | IllegalArgumentException e) {
      return "jars that are no longer recorded";
    }
    Map<String, String> changed = new TreeMap<>();
    before.forEach(
        (jar, digest) -> {
          if (!after.containsKey(jar)) {
            changed.put(jar.toString(), "gone");
          } else if (!digest.equals(after.get(jar))) {
            changed.put(jar.toString(), "changed");
          }
        });
    after.keySet().stream()
        .filter(jar -> !before.containsKey(jar))
        .forEach(jar -> changed.put(jar.toString(), "new"));
    List<String> told =
        changed.entrySet().stream()
            .limit(MOST_JARS)
            .map(e -> e.getKey() + " " + e.getValue())
            .toList();
    return changed.size() > MOST_JARS ? told + " and others" : told.toString();
  }

  private static Map<?, ?> read(ArtifactStore artifacts, String digest) {
    byte[] json = artifacts.read(new Digest(digest), MOST_BYTES);
    return CanonicalJson.read(new String(json, StandardCharsets.UTF_8), Map.class);
  }
}
