package dev.endolith.model;

import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.EndolithException;
import dev.endolith.error.SchemaMismatchException;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A format of one task, whose models a function of the host's makes. */
final class LambdaFormat<A, B> implements ModelFormat {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private final String name;
  private final Task<A, B> answered;
  private final Function<byte[], ? extends Predictor<A, B>> reader;

  LambdaFormat(
      String name, Task<A, B> answered, Function<byte[], ? extends Predictor<A, B>> reader) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name of a format must be 1 to 128 of letters, digits, '.', '_' and '-'");
    }
    this.name = name;
    this.answered = answered;
    this.reader = reader;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  @SuppressWarnings({"unchecked", "ReferenceEquality"}) // the same task: X is A, Y is B
  public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
    ContentFirewall.check(name, content);
    if ((Object) task != answered) {
      // two tasks that look alike may be of different Java types, which nobody could tell later
      throw new SchemaMismatchException(
          name,
          "task",
          "format '"
              + name
              + "' reads models of one task, and was asked for another; deploy with the task that"
              + " the format was made with");
    }
    Predictor<A, B> model;
    try {
      model = reader.apply(content.clone());
    } catch (EndolithException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ArtifactRefusedException(
          name,
          "well-formed",
          "the content cannot be read: the format's function failed with " + e.getClass().getName(),
          e);
    }
    if (model == null) {
      throw new ArtifactRefusedException(
          name, "well-formed", "the format's function made no model of the content");
    }
    return (Predictor<X, Y>) model;
  }
}
