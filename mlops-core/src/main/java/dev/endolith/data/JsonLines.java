package dev.endolith.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.endolith.error.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled rows from JSON lines: one object a line, columns are its keys, values are texts,
 * numbers or booleans; an object or array is its JSON text. Empty lines are passed over.
 */
public final class JsonLines {
  private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);

  private JsonLines() {}

  /**
   * Starts a reader.
   *
   * @param task what is predicted
   * @param <X> the row
   * @param <Y> the label
   * @return a reader
   */
  public static <X, Y> FileReader<X, Y> reader(Task<X, Y> task) {
    return new FileReader<>(task, JsonLines::rows);
  }

  private static Iterator<RawRow> rows(String name, Reader in) {
    BufferedReader lines = new BufferedReader(in);
    return new Iterator<>() {
      private long line;
      private @Nullable String next = advance();

      private @Nullable String advance() {
        try {
          String text;
          do {
            line++;
            text = lines.readLine();
          } while (text != null && text.isBlank());
          return text;
        } catch (IOException e) {
          throw new DataException(
              name, line, "", name + ", line " + line + ": the text cannot be read as UTF-8", e);
        }
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public RawRow next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        String text = next;
        long at = line;
        next = advance();
        return parse(text, at);
      }

      private RawRow parse(String text, long at) {
        try {
          JsonNode node = JSON.readTree(text);
          if (node.isObject()) {
            return new JsonRow(name, at, node);
          }
        } catch (JsonProcessingException e) {
          // told below; the parser's own message may quote a value
        }
        return new BrokenRow(
            new DataException(
                name, at, "", name + ", line " + at + ": the line is not one JSON object"));
      }
    };
  }

  private record JsonRow(String source, long line, JsonNode node) implements RawRow {
    @Override
    public List<String> columns() {
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      return names;
    }

    @Override
    public @Nullable String text(String column) {
      JsonNode value = node.get(column);
      if (value == null) {
        throw RowReader.noColumn(this, column);
      }
      String text = value.isContainerNode() ? value.toString() : value.asText();
      return value.isNull() || text.isEmpty() ? null : text;
    }
  }
}
