package dev.endolith.pipeline;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A generic type, said where a class alone would not say it all: {@code new TypeToken<Map<String,
 * Double>>() {}}. Immutable.
 *
 * @param <A> the type
 */
@SuppressWarnings("UnusedTypeParameter") // read by reflection
public abstract class TypeToken<A> {
  private final Type type;

  /**
   * Reads the type from the subclass.
   *
   * @throws IllegalStateException if the subclass does not say it
   */
  protected TypeToken() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)
        || parent.getRawType() != TypeToken.class) {
      throw new IllegalStateException(
          "a type token says its type: new TypeToken<Map<String, Double>>() {}");
    }
    type = parent.getActualTypeArguments()[0];
  }

  /**
   * The type.
   *
   * @return the type
   */
  public final Type type() {
    return type;
  }
}
