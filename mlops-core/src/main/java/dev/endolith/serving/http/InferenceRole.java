package dev.endolith.serving.http;

/** What the bearer of a token may do. */
public enum InferenceRole {
  /** Ask models, and read their metadata and statistics. */
  INFER,
  /** Also load and unload models. */
  ADMIN
}
