package dev.endolith.serving;

import java.lang.ref.Reference;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * How many bytes of heap a loaded model holds: a walk over the objects that can be reached from it.
 *
 * What it shares with others is walked first and not counted: the task, and whatever classes, class
 * loaders and threads lead to. An object's size is that of a 64-bit HotSpot with compressed
 * references: a header of 12 bytes, fields by their size, rounded up to 8. The platform's own
 * classes cannot be looked into from outside their modules; strings, boxes, collections and maps are
 * counted by their contents and the structure that OpenJDK gives them, anything else of the platform
 * by its header. An array of primitives, where models keep their weights, is exact.
 *
 * Memory outside the heap is not seen; the caller adds what it knows of it.
 */
final class RetainedSize {
  private static final int HEADER = 12;
  private static final int ARRAY_HEADER = 16;
  private static final int REFERENCE = 4;
  private static final int ENTRY = 32;
  private static final int CONTAINER = 48;
  private static final int OPAQUE = 32;

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Class<?>, Shape> shapes = new HashMap<>();

  /** A class's size, and its fields that refer to something; empty if it cannot be looked into. */
  private record Shape(long bytes, List<Field> references) {}

  private RetainedSize() {}

  /**
   * The bytes that are reachable from an object and not from what is shared.
   *
   * @param root the object
   * @param shared what is not counted
   * @return bytes, at least that of the object itself
   */
  static long of(Object root, Object... shared) {
    RetainedSize walk = new RetainedSize();
    for (Object other : shared) {
      walk.walk(other);
    }
    return walk.walk(root);
  }

  private long walk(Object root) {
    long bytes = 0;
    Deque<Object> open = new ArrayDeque<>();
    push(root, open);
    while (!open.isEmpty()) {
      bytes += visit(open.pop(), open);
    }
    return bytes;
  }

  private void push(@Nullable Object object, Deque<Object> open) {
    if (object == null
        || object instanceof Class<?>
        || object instanceof ClassLoader
        || object instanceof Thread
        || object instanceof Enum<?>
        || object instanceof Reference<?>
        || object instanceof AccessibleObject) {
      return;
    }
    if (seen.add(object)) {
      open.push(object);
    }
  }

  private long visit(Object object, Deque<Object> open) {
    Class<?> type = object.getClass();
    if (type.isArray()) {
      int length = Array.getLength(object);
      if (object instanceof Object[] elements) {
        for (Object element : elements) {
          push(element, open);
        }
        return rounded(ARRAY_HEADER + (long) REFERENCE * length);
      }
      return rounded(ARRAY_HEADER + (long) size(type.getComponentType()) * length);
    }
    if (object instanceof String text) {
      return 24 + rounded(ARRAY_HEADER + (long) text.length() * (latin(text) ? 1 : 2));
    }
    if (platform(type)) {
      return structure(object, open);
    }
    Shape shape = shapes.computeIfAbsent(type, RetainedSize::shape);
    for (Field field : shape.references()) {
      try {
        push(field.get(object), open);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("the field was made accessible", e);
      }
    }
    return shape.bytes();
  }

  private long structure(Object object, Deque<Object> open) {
    try {
      if (object instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) -> {
              push(key, open);
              push(value, open);
            });
        return CONTAINER + (long) map.size() * (ENTRY + 2 * REFERENCE);
      }
      if (object instanceof Collection<?> collection) {
        collection.forEach(element -> push(element, open));
        return CONTAINER
            + (long) collection.size() * (object instanceof Set<?> ? ENTRY + 2 * REFERENCE : 6);
      }
    } catch (RuntimeException e) {
      return OPAQUE; // changed meanwhile, or a view that answers nothing
    }
    return object instanceof Number || object instanceof Boolean || object instanceof Character
        ? 24
        : OPAQUE;
  }

  private static boolean platform(Class<?> type) {
    return type.getClassLoader() == null || type.getName().startsWith("java.");
  }

  private static Shape shape(Class<?> type) {
    long bytes = HEADER;
    List<Field> references = new ArrayList<>();
    for (Class<?> part = type; part != null && part != Object.class; part = part.getSuperclass()) {
      for (Field field : part.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        bytes += size(field.getType());
        if (!field.getType().isPrimitive() && accessible(field)) {
          references.add(field);
        }
      }
    }
    return new Shape(rounded(bytes), List.copyOf(references));
  }

  /** A module that does not open its package to us keeps its contents to itself. */
  private static boolean accessible(Field field) {
    try {
      field.setAccessible(true);
      return true;
    } catch (InaccessibleObjectException | SecurityException e) {
      return false;
    }
  }

  private static int size(Class<?> type) {
    if (type == long.class || type == double.class) {
      return 8;
    }
    if (type == int.class || type == float.class || !type.isPrimitive()) {
      return 4;
    }
    return type == short.class || type == char.class ? 2 : 1;
  }

  private static boolean latin(String text) {
    return text.chars().allMatch(c -> c < 256);
  }

  private static long rounded(long bytes) {
    return (bytes + 7) & ~7L;
  }
}
