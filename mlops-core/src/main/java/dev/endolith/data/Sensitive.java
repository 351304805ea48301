package dev.endolith.data;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a record component whose value leaves the process only as a field policy says. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Sensitive {
  /**
   * How much harm the value can do.
   *
   * @return the sensitivity, {@link Sensitivity#SENSITIVE} by default
   */
  Sensitivity value() default Sensitivity.SENSITIVE;
}
