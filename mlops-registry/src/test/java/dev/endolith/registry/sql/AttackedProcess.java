package dev.endolith.registry.sql;

import dev.endolith.Workspace;
import dev.endolith.error.EndolithException;
import dev.endolith.error.StorageException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.net.SocketImplFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Attacks the library in a JVM of its own; says what went wrong in lines that begin with "! ". */
final class AttackedProcess {
  /** Packages whose jar is optional, and not on the path of these tests. */
  private static final java.util.Set<String> OPTIONAL =
      java.util.Set.of(
          "dev.endolith.tribuo",
          "dev.endolith.kafka",
          "dev.endolith.micrometer",
          "dev.endolith.opentelemetry",
          "dev.endolith.resilience4j");

  /** Not attacked, each for a reason. */
  private static final Map<String, String> EXEMPT =
      Map.ofEntries(
          Map.entry("dev.endolith.registry.RegistryTransaction", "reached in a commit only"),
          Map.entry("dev.endolith.data.RawRow", "what readers hand to a host's code"),
          Map.entry("dev.endolith.registry.Subscriber", "written by hosts"),
          Map.entry("dev.endolith.registry.signing.CheckpointSink", "written by hosts"),
          Map.entry("dev.endolith.registry.webhook.Webhook", "connects by design; see WebhookTest"),
          Map.entry("dev.endolith.registry.artifact.s3.S3Artifacts", "needs a client of the SDK"),
          Map.entry("dev.endolith.lifecycle.ManagedModel", "hands texts on to Deployment"),
          Map.entry("dev.endolith.tuning.TrialResult", "made of what a search proposes"),
          Map.entry(
              "dev.endolith.onnx.OnnxBinding",
              "see OnnxModelTest; texts are compared, never opened"),
          Map.entry("dev.endolith.contract.FieldContract", "texts are compared, never opened"),
          Map.entry("dev.endolith.contract.InputContract", "see InputContractTest; parsed as JSON"),
          Map.entry("dev.endolith.serving.LogListener", "written by hosts"),
          Map.entry("dev.endolith.serving.ExplanationListener", "written by hosts"),
          Map.entry("dev.endolith.serving.AwaitingLog", "a name of the state store, checked there"),
          Map.entry("dev.endolith.serving.LoggedExamples", "texts are compared, never opened"),
          Map.entry("dev.endolith.opentelemetry.DeploymentMetrics", "texts name metrics only"),
          Map.entry("dev.endolith.micrometer.DeploymentMeters", "texts name metrics only"),
          Map.entry("dev.endolith.onnx.OnnxBindingBuilder", "texts are compared, never opened"),
          Map.entry("dev.endolith.resilience4j.BulkheadGuard", "the name stands in a message"),
          Map.entry(
              "dev.endolith.resilience4j.CircuitBreakerGuard", "the name stands in a message"),
          Map.entry("dev.endolith.resilience4j.RateLimiterGuard", "the name stands in a message"),
          Map.entry("dev.endolith.serving.CallGuard", "an interface of the host's"),
          Map.entry("dev.endolith.onnx.OnnxCell", "texts are compared, never opened"),
          Map.entry("dev.endolith.model.ContentFirewall", "the text goes into the message only"),
          Map.entry("dev.endolith.html.Html", "written by the library; see HtmlTest"),
          Map.entry("dev.endolith.data.Jdbc", "takes the host's SQL, and binds values"),
          Map.entry("dev.endolith.data.JdbcReader", "takes the host's SQL, and binds values"),
          Map.entry("dev.endolith.data.RowReader", "names of the host's own code"),
          Map.entry("dev.endolith.data.FileReader", "names of the host's own code"));

  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final List<String> attacks = AttackStrings.all();
  private final AtomicInteger calls = new AtomicInteger();
  private final TreeSet<String> attacked = new TreeSet<>();
  private final Path workspace;

  private AttackedProcess(Path workspace) {
    this.workspace = workspace;
  }

  /**
   * Attacks, and ends.
   *
   * @param arguments the folder of the workspace, what is above it, and which part of the strings
   *     methods get that reach the workspace on disk, and that all get: every n-th
   */
  public static void main(String[] arguments) throws Exception {
    AtomicInteger sockets = new AtomicInteger();
    countSockets(sockets);
    List<String> before = here();
    AttackedProcess attack = new AttackedProcess(Path.of(arguments[0]));
    Set<Executable> methods = new LinkedHashSet<>();
    for (Class<?> anchor : List.of(Workspace.class, SqliteWorkspaceProvider.class)) {
      methods.addAll(methodsWithTexts(anchor));
    }
    try (AttackTargets memory = AttackTargets.inMemory();
        AttackTargets disk = AttackTargets.onDisk(attack.workspace)) {
      for (Executable method : methods) {
        attack.attack(method, memory, Integer.parseInt(arguments[3]));
      }
      int stride = Integer.parseInt(arguments[2]);
      for (Executable method : methods) {
        if (AttackTargets.isOfWorkspace(method)) {
          attack.attack(method, disk, stride);
        }
      }
      attack.require(memory.verify(), "the workspace in memory is not whole");
      attack.require(disk.verify(), "the workspace on disk is not whole");
    }
    for (Executable method : methods) {
      String type = method.getDeclaringClass().getName();
      attack.require(
          attack.attacked.contains(method.toString()) || EXEMPT.containsKey(type),
          "nobody attacks " + method + "; add an instance to AttackTargets, or a reason to EXEMPT");
    }
    attack.require(sockets.get() == 0, sockets + " sockets were opened");
    attack.require(here().equals(before), "there are other files in the working directory");
    try (Stream<Path> entries = Files.list(attack.workspace)) {
      List<String> names =
          entries.map(path -> String.valueOf(path.getFileName())).sorted().toList();
      attack.require(
          List.of("blobs", "endolith.db", "endolith.lock", "quarantine", "tmp").containsAll(names),
          "the workspace has entries of other names: " + names);
    }
    OUT.println(
        "= "
            + methods.size()
            + " methods, "
            + attack.attacks.size()
            + " strings, "
            + attack.calls
            + " calls");
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      OUT.println("! " + problem);
    }
  }

  private void attack(Executable method, AttackTargets targets, int stride) {
    Class<?>[] types = method.getParameterTypes();
    if (EXEMPT.containsKey(method.getDeclaringClass().getName())) {
      return;
    }
    int failures = 0;
    for (int position = 0; position < types.length; position++) {
      if (types[position] != String.class && types[position] != String[].class) {
        continue;
      }
      for (int i = position % stride; i < attacks.size() && failures < 3; i += stride) {
        String attack = attacks.get(i);
        try {
          Object receiver =
              Modifier.isStatic(method.getModifiers()) || method instanceof Constructor
                  ? null
                  : targets.receiver(method.getDeclaringClass());
          Object[] arguments = targets.arguments(method);
          arguments[position] =
              types[position] == String.class ? attack : new String[] {attack, "fraud"};
          attacked.add(method.toString());
          calls.incrementAndGet();
          targets.check(call(method, receiver, arguments));
        } catch (InvocationTargetException e) {
          if (!isAllowed(e.getCause())) {
            failures++;
            OUT.println("! " + method + " at " + position + ", string " + i + ": " + e.getCause());
            StackTraceElement[] trace = e.getCause().getStackTrace();
            OUT.println("!   " + Arrays.toString(Arrays.copyOf(trace, Math.min(4, trace.length))));
          }
        } catch (AttackTargets.NoInstanceException e) {
          return; // said in the end
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(method.toString(), e);
        }
      }
    }
    targets.heal();
  }

  private static Object call(Executable method, Object receiver, Object[] arguments)
      throws ReflectiveOperationException {
    method.setAccessible(true); // of a public type, whose instance may be of another
    return method instanceof Method m
        ? m.invoke(receiver, arguments)
        : ((Constructor<?>) method).newInstance(arguments);
  }

  /** A refusal, typed, that does not tell where the workspace is. */
  private boolean isAllowed(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return (failure instanceof IllegalArgumentException
            || failure instanceof IllegalStateException
            || (failure instanceof EndolithException && !(failure instanceof StorageException)))
        && !message.contains(workspace.toString());
  }

  private static List<String> here() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(""))) {
      return entries.map(Path::toString).sorted().toList();
    }
  }

  /** Public methods and constructors of public types beside a class, in one order. */
  private static List<Executable> methodsWithTexts(Class<?> anchor) throws Exception {
    URI location = anchor.getProtectionDomain().getCodeSource().getLocation().toURI();
    if (!location.getPath().endsWith(".jar")) {
      return methodsWithTexts(Path.of(location), anchor);
    }
    try (FileSystem jar = FileSystems.newFileSystem(Path.of(location))) {
      return methodsWithTexts(jar.getPath("/"), anchor);
    }
  }

  private static List<Executable> methodsWithTexts(Path root, Class<?> anchor) throws Exception {
    List<Executable> methods = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root.resolve("dev").resolve("endolith"))) {
      files = walk.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
    for (Path file : files) {
      String name = root.relativize(file).toString().replace('\\', '/').replace('/', '.');
      if (name.startsWith("dev.endolith.tck.") || name.endsWith("package-info.class")) {
        continue;
      }
      Class<?> type = load(name.substring(0, name.length() - ".class".length()), anchor);
      if (type != null && isPublic(type) && !needsAbsentJar(type)) {
        Stream.of(type.getDeclaredMethods(), type.getDeclaredConstructors())
            .flatMap(Arrays::stream)
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
            .filter(
                method ->
                    Arrays.stream(method.getParameterTypes())
                        .anyMatch(p -> p == String.class || p == String[].class))
            .sorted(Comparator.comparing(Executable::toString))
            .forEach(methods::add);
      }
    }
    return methods;
  }

  /** Null for a class that only a library can load which is not among the jars of these tests. */
  private static Class<?> load(String name, Class<?> anchor) throws ClassNotFoundException {
    try {
      return Class.forName(name, false, anchor.getClassLoader());
    } catch (NoClassDefFoundError e) {
      if (OPTIONAL.contains(name.substring(0, name.lastIndexOf('.')))) {
        return null;
      }
      throw e;
    }
  }

  /** An adapter of a library that is optional, and not among the jars of these tests. */
  private static boolean needsAbsentJar(Class<?> type) {
    try {
      return type.getDeclaredMethods().length < 0;
    } catch (NoClassDefFoundError e) {
      if (OPTIONAL.contains(type.getPackageName())) {
        return true;
      }
      throw e;
    }
  }

  private static boolean isPublic(Class<?> type) {
    for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
      if (!Modifier.isPublic(outer.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  /** Process-wide, which is why this is a process of its own. */
  @SuppressWarnings("deprecation")
  private static void countSockets(AtomicInteger opened) throws IOException {
    SocketImplFactory refuse =
        () -> {
          opened.incrementAndGet();
          throw new IllegalStateException("no sockets here");
        };
    Socket.setSocketImplFactory(refuse);
    System.setProperty(
        "java.nio.channels.spi.SelectorProvider", RefusingSelectorProvider.class.getName());
    RefusingSelectorProvider.opened = opened;
  }

  static Object emptyArray(Class<?> type) {
    return Array.newInstance(type.getComponentType(), 0);
  }
}
