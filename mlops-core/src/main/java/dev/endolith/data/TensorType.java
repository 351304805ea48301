package dev.endolith.data;

/** What a tensor's elements are. */
public enum TensorType {
  /** 32-bit floating point; {@code float} in Java. */
  FLOAT,
  /** 64-bit floating point; {@code double} in Java. */
  DOUBLE,
  /** 32-bit integer; {@code int} in Java. */
  INT32,
  /** 64-bit integer; {@code long} in Java. */
  INT64,
  /** True or false; {@code boolean} in Java. */
  BOOL,
  /** Text; {@code String} in Java. */
  STRING
}
