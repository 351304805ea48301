package dev.endolith.registry.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.serving.Assignment;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A row's features as a JSON object of field name and value. A missing value is left out; a finite
 * number comes back to the bit; an infinite one is the text {@code Infinity} or {@code -Infinity}.
 *
 * <p>How the request was assigned goes in front, under a name that no field can have: readers that
 * do not know it skip it, and where there was no choice it is left out.
 */
final class FeatureJson {
  /** Whole numbers up to here are written without a fraction: shorter, and equal when read. */
  private static final double EXACT = 1L << 53;

  private static final String ASSIGNMENT = "$assignment";
  private static final String ASSIGNED = "{\"" + ASSIGNMENT + "\":";

  private final JsonFactory json = new JsonFactory();

  String write(Row row, Assignment assignment) {
    StringWriter text = new StringWriter(32 * row.schema().size());
    try (JsonGenerator out = json.createGenerator(text)) {
      out.writeStartObject();
      if (!assignment.equals(Assignment.NONE)) {
        out.writeObjectFieldStart(ASSIGNMENT);
        out.writeStringField("experiment", assignment.experiment());
        out.writeStringField("arm", assignment.arm());
        out.writeNumberField("propensity", assignment.propensity());
        out.writeEndObject();
      }
      for (int i = 0; i < row.schema().size(); i++) {
        if (!row.isMissing(i)) {
          out.writeFieldName(row.schema().field(i).name());
          if (row.schema().field(i).type().numeric()) {
            write(out, row.number(i));
          } else {
            out.writeString(row.category(i));
          }
        }
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writing to a string does not fail
    }
    return text.toString();
  }

  private static void write(JsonGenerator out, double number) throws IOException {
    long whole = (long) number;
    if (Double.isInfinite(number)) {
      out.writeString(Double.toString(number));
    } else if (Math.abs(number) < EXACT && same(whole, number)) {
      out.writeNumber(whole);
    } else {
      out.writeNumber(number);
    }
  }

  /** Not for -0.0, which is no whole number's bits. */
  private static boolean same(long whole, double number) {
    return Double.doubleToRawLongBits((double) whole) == Double.doubleToRawLongBits(number);
  }

  /**
   * Binds by name; what is not in the text, or has another type there, is missing.
   *
   * @throws IllegalArgumentException if the text is not JSON
   */
  Row read(String text, Schema schema) {
    double[] numbers = new double[schema.size()];
    Arrays.fill(numbers, Double.NaN);
    @Nullable String[] categories = new String[schema.size()];
    try (JsonParser in = json.createParser(text)) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        OptionalInt position = schema.position(name);
        if (position.isEmpty()) {
          in.skipChildren();
        } else if (!schema.field(position.getAsInt()).type().numeric()) {
          categories[position.getAsInt()] = value == JsonToken.VALUE_STRING ? in.getText() : null;
        } else {
          numbers[position.getAsInt()] = number(in, value);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the features of a prediction are not JSON", e);
    }
    return Row.of(schema, numbers, categories);
  }

  /**
   * How the request was assigned.
   *
   * @throws IllegalArgumentException if the text is not JSON, or the assignment breaks its rules
   */
  Assignment assignment(String text) {
    if (!text.startsWith(ASSIGNED)) {
      return Assignment.NONE;
    }
    String experiment = "";
    String arm = "";
    double propensity = 1;
    try (JsonParser in = json.createParser(text.substring(ASSIGNED.length()))) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        switch (name) {
          case "experiment" -> experiment = in.getText();
          case "arm" -> arm = in.getText();
          case "propensity" -> propensity = number(in, value);
          default -> in.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the assignment of a prediction is not JSON", e);
    }
    return new Assignment(experiment, arm, propensity);
  }

  private static double number(JsonParser in, JsonToken value) throws IOException {
    if (value.isNumeric()) {
      return in.getDoubleValue();
    }
    if (value == JsonToken.VALUE_STRING) {
      return switch (in.getText()) {
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> Double.NaN;
      };
    }
    return Double.NaN;
  }
}
