package dev.endolith.pipeline;

import dev.endolith.data.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/*
 * The code of a step's body and everything that it reaches, as digests of class files.
 *
 * The class that a lambda is written in usually builds the whole pipeline; if all of it counted, a
 * change to one step would be a change to each. So that class counts by method: the lambda, and the
 * methods of the same class that it calls, in turn, with the static initialiser if fields are used.
 * Debug information does not count there, so that moving a lambda by a line changes nothing. Every
 * other class counts whole, by the bytes of its file, and so do the classes that it names, in turn,
 * down to the JDK, which is represented by its version.
 *
 * Not seen: what is reached by reflection, service loaders, native code or data. A label says that
 * (Step.cached(String)).
 *
 * Thread-safe. Remembers the classes that it read; there are no more than are on the class path.
 */
final class StepCode {
  /** What names no class of the JDK and is not there; it counts as such, until it is there. */
  private static final String ABSENT = "absent";

  private final Map<ClassLoader, Map<String, ClassFile>> read = new ConcurrentHashMap<>();

  /** A class file: its digest and the classes that it names; of the JDK neither. */
  private record ClassFile(@Nullable String digest, Set<String> names) {}

  /**
   * What code a body is.
   *
   * @param digest of all of it
   * @param parts a digest for each class that is reached, and one for the body itself
   */
  record Reach(Digest digest, Map<String, String> parts) {}

  /**
   * Reads the code of a body.
   *
   * @param step the step's name, for the message
   * @param body the body
   * @return its code
   * @throws IllegalStateException if the body holds values, which no digest of code can see
   */
  Reach of(String step, StepBody body) {
    Class<?> type = body.getClass();
    Map<String, String> parts = new TreeMap<>();
    Set<String> names = new LinkedHashSet<>();
    ClassLoader loader = loader(type);
    if (type.isHidden() || type.isSynthetic()) {
      SerializedLambda lambda = lambda(step, body);
      if (lambda.getCapturedArgCount() > 0) {
        throw refused(
            step,
            "its lambda captures "
                + lambda.getCapturedArgCount()
                + " value(s) of the code around it; pass them as inputs: a Parameter, or the output"
                + " of a step, and call static methods");
      }
      MethodCode code = new MethodCode(bytes(loader, lambda.getImplClass()), lambda.getImplClass());
      parts.put("body", code.digest(lambda.getImplMethodName(), lambda.getImplMethodSignature()));
      names.addAll(code.names());
    } else {
      if (Arrays.stream(type.getDeclaredFields())
          .anyMatch(f -> !Modifier.isStatic(f.getModifiers()))) {
        throw refused(
            step, "its body, a " + type.getName() + ", has fields; pass their values as inputs");
      }
      names.add(type.getName().replace('.', '/'));
    }
    closure(loader, names, parts);
    StringBuilder text = new StringBuilder();
    parts.forEach((name, digest) -> text.append(name).append(' ').append(digest).append('\n'));
    return new Reach(Digest.ofText(text.toString()), parts);
  }

  private void closure(ClassLoader loader, Set<String> names, Map<String, String> parts) {
    Deque<String> left = new ArrayDeque<>(names);
    Set<String> seen = new LinkedHashSet<>(names);
    for (String name = left.poll(); name != null; name = left.poll()) {
      ClassFile file =
          read.computeIfAbsent(loader, l -> new ConcurrentHashMap<>())
              .computeIfAbsent(name, n -> read(loader, n));
      if (file.digest() != null) {
        parts.put(name.replace('/', '.'), file.digest());
      }
      for (String next : file.names()) {
        if (seen.add(next)) {
          left.add(next);
        }
      }
    }
  }

  private static ClassFile read(ClassLoader loader, String name) {
    URL url = loader.getResource(name + ".class");
    if (url == null) {
      return new ClassFile(ABSENT, Set.of());
    }
    if (url.getProtocol().equals("jrt")) {
      return new ClassFile(null, Set.of());
    }
    byte[] bytes = bytes(loader, name);
    return new ClassFile(Digest.of(bytes).hex(), ClassNames.of(bytes));
  }

  private static byte[] bytes(ClassLoader loader, String name) {
    try (InputStream in = loader.getResourceAsStream(name + ".class")) {
      if (in == null) {
        throw new IllegalStateException(
            "the class file of "
                + name.replace('/', '.')
                + " is not there to be read, so that its steps cannot be cached");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("the class file of " + name + " cannot be read", e);
    }
  }

  private static ClassLoader loader(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null ? ClassLoader.getSystemClassLoader() : loader;
  }

  /** A lambda's own account of where its code is; nothing is serialized. */
  private static SerializedLambda lambda(String step, StepBody body) {
    try {
      Method account = body.getClass().getDeclaredMethod("writeReplace");
      account.setAccessible(true);
      return (SerializedLambda) account.invoke(body);
    } catch (ReflectiveOperationException | InaccessibleObjectException | ClassCastException e) {
      throw refused(
          step,
          "its code cannot be found ("
              + e.getClass().getSimpleName()
              + "); open its package to dev.endolith.core, or make the body a class");
    }
  }

  private static IllegalStateException refused(String step, String why) {
    return new IllegalStateException("step '" + step + "' cannot be cached: " + why);
  }
}
