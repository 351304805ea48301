package dev.endolith.model;

import java.util.Map;

/**
 * A model that can answer, and the bytes from which its format can make it again.
 *
 * @param predictor the model
 * @param format the name of the {@link ModelFormat} that reads {@code content}
 * @param content the stored model; not copied
 * @param parameters what it was trained with, as text, for the record
 * @param <X> what it is asked
 * @param <Y> what it answers
 */
@SuppressWarnings("ArrayRecordComponent") // a stored model is large; its holder hands it on at once
public record TrainedModel<X, Y>(
    Predictor<X, Y> predictor, String format, byte[] content, Map<String, String> parameters) {
  /**
   * The parameter that holds the trainer's own record of how the model came about. It may name
   * times and is no part of a {@link ModelDigest}.
   */
  public static final String PROVENANCE = "provenance";

  /**
   * Copies the parameters.
   *
   * @param predictor the model
   * @param format the name of the {@link ModelFormat} that reads {@code content}
   * @param content the stored model; not copied
   * @param parameters what it was trained with, as text, for the record
   */
  public TrainedModel {
    parameters = Map.copyOf(parameters);
  }
}
