package dev.endolith.data;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.endolith.error.DataException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON text that is the same for equal values: keys in alphabetical order, no white
 * space, times in ISO-8601, digests as hex. What is digested, journalled or kept as a document is
 * written this way. Thread-safe.
 *
 * <p>Types are always named by the reader, never by the text.
 */
public final class CanonicalJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(
              new SimpleModule("endolith")
                  .addSerializer(Digest.class, new DigestWriter())
                  .addDeserializer(Digest.class, new DigestReader()))
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private CanonicalJson() {}

  /**
   * Writes a value.
   *
   * @param value a record, collection, map, string, number or boolean
   * @return its canonical JSON
   * @throws IllegalArgumentException if a value of its type cannot be written
   */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a value of "
              + value.getClass().getName()
              + " cannot be written as JSON; use records, collections, strings, numbers and"
              + " booleans: "
              + e.getOriginalMessage(),
          e);
    }
  }

  /**
   * Reads a value back. Unknown properties are ignored, so that an older reader can read what a
   * newer writer has added.
   *
   * @param json the text
   * @param type the type to read
   * @param <A> the type to read
   * @return the value
   * @throws DataException if the text is not JSON of that type
   */
  public static <A> A read(String json, Class<A> type) {
    try {
      return present(MAPPER.readValue(json, type), type);
    } catch (JsonProcessingException e) {
      throw broken(type, e);
    }
  }

  /**
   * Reads a value of a generic type back.
   *
   * @param json the text
   * @param type the type to read, for example from a type token
   * @return the value
   * @throws DataException if the text is not JSON of that type
   */
  public static Object readGeneric(String json, Type type) {
    try {
      return present(MAPPER.<@Nullable Object>readValue(json, MAPPER.constructType(type)), type);
    } catch (JsonProcessingException e) {
      throw broken(type, e);
    }
  }

  /**
   * The type of a list.
   *
   * @param item the type of an item
   * @return the type, for {@link #readGeneric}
   */
  public static Type listOf(Type item) {
    return MAPPER.getTypeFactory().constructCollectionType(List.class, MAPPER.constructType(item));
  }

  private static <A> A present(@Nullable A value, Type type) {
    if (value == null) {
      throw new DataException("JSON", 0, "", "the text is null, not JSON of " + type.getTypeName());
    }
    return value;
  }

  private static DataException broken(Type type, JsonProcessingException e) {
    return new DataException(
        "JSON",
        e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
        "",
        "the text is not JSON of " + type.getTypeName() + ": " + e.getOriginalMessage());
  }

  private static final class DigestWriter extends JsonSerializer<Digest> {
    @Override
    public void serialize(Digest value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.hex());
    }
  }

  private static final class DigestReader extends JsonDeserializer<Digest> {
    @Override
    public Digest deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return new Digest(in.getText());
    }
  }
}
