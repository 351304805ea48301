package dev.endolith;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.registry.ArtifactStore;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * What this process runs on: its Java, its machine, its class path with digests, the revision of
 * the source it is built from where that can be seen. Looked at once, when first asked for.
 */
final class Environment implements Supplier<Map<String, String>> {
  private static final Pattern REVISION = Pattern.compile("[0-9a-f]{40,64}");

  private final ArtifactStore artifacts;
  private @Nullable Map<String, String> seen;

  Environment(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public synchronized Map<String, String> get() {
    Map<String, String> environment = seen;
    if (environment == null) {
      environment = look();
      seen = environment;
    }
    return environment;
  }

  private Map<String, String> look() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("java", Runtime.version().toString());
    environment.put("vm", System.getProperty("java.vm.name", ""));
    environment.put("os", System.getProperty("os.name", ""));
    environment.put("os.version", System.getProperty("os.version", ""));
    environment.put("arch", System.getProperty("os.arch", ""));
    environment.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    environment.put("max-heap-bytes", Long.toString(Runtime.getRuntime().maxMemory()));
    String classPath = CanonicalJson.write(classPath());
    environment.put("classpath", artifacts.put(classPath.getBytes(StandardCharsets.UTF_8)).hex());
    revision(Path.of("").toAbsolutePath()).ifPresent(r -> environment.put("git", r));
    return Map.copyOf(environment);
  }

  /** Digests by file name: a path would tell of the machine, and differ from machine to machine. */
  private static Map<String, String> classPath() {
    Map<String, String> jars = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path file = Path.of(entry);
      Path name = file.getFileName();
      if (name != null && Files.isRegularFile(file)) {
        try {
          jars.put(name.toString(), Digest.of(Files.readAllBytes(file)).hex());
        } catch (IOException e) {
          jars.put(name.toString(), "unreadable");
        }
      } else if (name != null && Files.isDirectory(file)) {
        jars.merge("directory", name.toString(), (a, b) -> a + "," + b);
      }
    }
    return jars;
  }

  /** Reads what git keeps in files; a program for it may not be there. */
  private static Optional<String> revision(Path from) {
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      Path head = folder.resolve(".git").resolve("HEAD");
      if (Files.isRegularFile(head)) {
        try {
          String text = Files.readString(head).strip();
          if (text.startsWith("ref: ")) {
            Path reference = folder.resolve(".git").resolve(text.substring(5)).normalize();
            text =
                reference.startsWith(folder) && Files.isRegularFile(reference)
                    ? Files.readString(reference).strip()
                    : "";
          }
          return Optional.of(text).filter(r -> REVISION.matcher(r).matches());
        } catch (IOException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
