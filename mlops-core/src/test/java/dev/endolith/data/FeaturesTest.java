package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.DataException;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  enum Color {
    RED,
    BLUE
  }

  record Address(String city, @Nullable Integer floor) {}

  record Everything(
      double d,
      float f,
      long l,
      int i,
      short s,
      byte b,
      boolean flag,
      @Nullable Double boxed,
      @Nullable Boolean maybe,
      BigDecimal amount,
      LocalDate day,
      Instant moment,
      Color color,
      String word,
      @Text String prose,
      @Feature("class") String renamed,
      @Sensitive String secret,
      @Ignore String key,
      Address address) {}

  private static final Everything ROW =
      new Everything(
          1.5,
          2.5f,
          3,
          4,
          (short) 5,
          (byte) 6,
          true,
          null,
          false,
          new BigDecimal("7.25"),
          LocalDate.of(1970, 1, 11),
          Instant.ofEpochMilli(1_500),
          Color.BLUE,
          "w",
          "long text",
          "c",
          "s",
          "k",
          new Address("Ulm", 3));

  private static final Features<Everything> FEATURES = Features.of(Everything.class);

  private static double number(Features<Everything> features, Everything row, String field) {
    return features.number(row, features.schema().position(field).orElseThrow());
  }

  @Test
  void of_recordOfAllTypes_readsEveryField() {
    assertThat(number(FEATURES, ROW, "d")).isEqualTo(1.5);
    assertThat(number(FEATURES, ROW, "f")).isEqualTo(2.5);
    assertThat(number(FEATURES, ROW, "l")).isEqualTo(3);
    assertThat(number(FEATURES, ROW, "i")).isEqualTo(4);
    assertThat(number(FEATURES, ROW, "s")).isEqualTo(5);
    assertThat(number(FEATURES, ROW, "b")).isEqualTo(6);
    assertThat(number(FEATURES, ROW, "flag")).isEqualTo(1);
    assertThat(number(FEATURES, ROW, "boxed")).isNaN();
    assertThat(number(FEATURES, ROW, "maybe")).isZero();
    assertThat(number(FEATURES, ROW, "amount")).isEqualTo(7.25);
    assertThat(number(FEATURES, ROW, "day")).isEqualTo(10);
    assertThat(number(FEATURES, ROW, "moment")).isEqualTo(1.5);
    assertThat(number(FEATURES, ROW, "address.floor")).isEqualTo(3);
    Row copy = Row.copyOf(FEATURES, ROW);
    assertThat(copy.category(position("color"))).isEqualTo("BLUE");
    assertThat(copy.category(position("word"))).isEqualTo("w");
    assertThat(copy.category(position("class"))).isEqualTo("c");
    assertThat(copy.category(position("address.city"))).isEqualTo("Ulm");
    assertThat(copy.isMissing(position("boxed"))).isTrue();
    assertThat(copy.toString()).doesNotContain("Ulm");
  }

  private static int position(String field) {
    return FEATURES.schema().position(field).orElseThrow();
  }

  @Test
  void schema_followsTheAnnotations() {
    Schema schema = FEATURES.schema();
    assertThat(schema.position("key")).isEmpty();
    assertThat(schema.position("renamed")).isEmpty();
    assertThat(schema.field(position("prose")).type()).isEqualTo(FieldType.TEXT);
    assertThat(schema.field(position("secret")).sensitivity()).isEqualTo(Sensitivity.SENSITIVE);
    assertThat(schema.field(position("boxed")).nullable()).isTrue();
    assertThat(schema.field(position("d")).nullable()).isFalse();
    assertThat(schema.field(position("color")).values()).containsExactly("RED", "BLUE");
    assertThat(Schema.fromJson(schema.toJson())).isEqualTo(schema);
    assertThat(Schema.fromJson(schema.toJson()).digest()).isEqualTo(schema.digest());
  }

  @Test
  void numbers_readsAllAtOnceAsOneByOne() {
    double[] all = new double[FEATURES.schema().size()];
    FEATURES.numbers(ROW, all);
    for (int i = 0; i < all.length; i++) {
      double expected =
          FEATURES.schema().field(i).type().numeric() ? FEATURES.number(ROW, i) : Double.NaN;
      assertThat(Double.compare(all[i], expected)).as(FEATURES.schema().field(i).name()).isZero();
    }
    assertThatThrownBy(() -> FEATURES.numbers(ROW, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cells");
  }

  @Test
  void nestedRecord_thatIsNull_isMissing() {
    record Outer(int a, @Nullable Address address) {}
    Features<Outer> features = Features.of(Outer.class);
    Outer row = new Outer(1, null);
    assertThat(features.number(row, features.schema().position("address.floor").orElseThrow()))
        .isNaN();
    assertThat(features.category(row, features.schema().position("address.city").orElseThrow()))
        .isNull();
    double[] all = new double[3];
    features.numbers(row, all);
    assertThat(all[0]).isEqualTo(1);
  }

  @Test
  void accessors_ofTheWrongKind_areRefused() {
    assertThatThrownBy(() -> FEATURES.number(ROW, position("word")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'word' is not numeric");
    assertThatThrownBy(() -> FEATURES.category(ROW, position("d")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'d' is numeric");
  }

  @Test
  void of_typesThatAreNoFeatures_areRefusedByName() {
    record Odd(int fine, List<String> tags) {}
    assertThatThrownBy(() -> Features.of(Odd.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'tags'")
        .hasMessageContaining("@Ignore");
    assertThatThrownBy(() -> Features.of(String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a record");
    record Empty(@Ignore int a) {}
    assertThatThrownBy(() -> Features.of(Empty.class, MethodHandles.lookup()))
        .hasMessageContaining("no feature");
  }

  @Test
  void read_makesTheRowFromTexts() {
    Map<String, @Nullable String> cells = new HashMap<>();
    cells.putAll(
        Map.of(
            "d",
            "1.5",
            "f",
            "2.5",
            "l",
            "3",
            "i",
            "4",
            "s",
            "5",
            "b",
            "6",
            "flag",
            "yes",
            "maybe",
            "no",
            "amount",
            "7.25",
            "day",
            "1970-01-11"));
    cells.putAll(
        Map.of(
            "moment",
            "1970-01-01T00:00:01.500Z",
            "color",
            "blue",
            "word",
            "w",
            "prose",
            "long text",
            "class",
            "c",
            "secret",
            "s",
            "key",
            "k",
            "address.city",
            "Ulm",
            "address.floor",
            "3"));
    cells.put("boxed", null);
    assertThat(FEATURES.read(new Cells(cells))).isEqualTo(ROW);
  }

  @Test
  void read_cellsThatBreakARule_nameLineColumnAndRule() {
    record Small(int count, @Nullable Double share, boolean flag, LocalDate day, Color color) {}
    Features<Small> features = Features.of(Small.class);
    Map<String, String> good =
        Map.of("count", "1", "share", "0.5", "flag", "true", "day", "2020-01-01", "color", "RED");
    assertThat(features.read(new Cells(new HashMap<>(good))).share()).isEqualTo(0.5);
    Map<String, String> bad =
        Map.of(
            "count", "1.5",
            "share", "NaN",
            "flag", "maybe",
            "day", "01.02.2020",
            "color", "GREEN");
    bad.forEach(
        (column, text) -> {
          Map<String, @Nullable String> cells = new HashMap<>(good);
          cells.put(column, text);
          assertThatThrownBy(() -> features.read(new Cells(cells)))
              .isInstanceOfSatisfying(
                  DataException.class,
                  e -> {
                    assertThat(e.line()).isEqualTo(7);
                    assertThat(e.column()).isEqualTo(column);
                    assertThat(e).hasMessageContaining("cells, line 7, column '" + column + "'");
                    assertThat(e.getMessage()).doesNotContain(text.equals("NaN") ? "\u0000" : text);
                  });
        });
    Map<String, @Nullable String> empty = new HashMap<>(good);
    empty.put("count", null);
    assertThatThrownBy(() -> features.read(new Cells(empty))).hasMessageContaining("empty");
    Map<String, @Nullable String> large = new HashMap<>(good);
    large.put("count", "3000000000");
    assertThatThrownBy(() -> features.read(new Cells(large))).hasMessageContaining("must be in");
  }

  @Test
  void builder_beanWithGetters_readsLikeARecord() {
    Features<StringBuilder> features =
        Features.builder(StringBuilder.class)
            .number("length", StringBuilder::length)
            .bool("empty", s -> s.length() == 0)
            .category("first", s -> s.length() == 0 ? null : s.substring(0, 1), "a", "b")
            .sensitive(Sensitivity.PERSONAL)
            .text("all", StringBuilder::toString)
            .date("day", s -> LocalDate.EPOCH)
            .timestamp("moment", s -> null)
            .reads(raw -> new StringBuilder(raw.required("all")))
            .build();
    StringBuilder row = new StringBuilder("abc");
    assertThat(features.number(row, 0)).isEqualTo(3);
    assertThat(features.number(row, 1)).isZero();
    assertThat(features.category(row, 2)).isEqualTo("a");
    assertThat(features.category(row, 3)).isEqualTo("abc");
    assertThat(features.number(row, 4)).isZero();
    assertThat(features.number(row, 5)).isNaN();
    assertThat(features.schema().field(3).sensitivity()).isEqualTo(Sensitivity.PERSONAL);
    assertThat(features.schema().field(4).sensitivity()).isEqualTo(Sensitivity.PUBLIC);
    assertThat(features.read(new Cells(Map.of("all", "x")))).hasToString("x");
    double[] numbers = new double[6];
    features.numbers(row, numbers);
    assertThat(numbers).startsWith(3, 0);
    assertThatThrownBy(() -> features.number(row, 2)).hasMessageContaining("not numeric");
    assertThatThrownBy(() -> features.category(row, 0)).hasMessageContaining("is numeric");
    Features<StringBuilder> mute =
        Features.builder(StringBuilder.class).number("length", StringBuilder::length).build();
    assertThatThrownBy(() -> mute.read(new Cells(Map.of())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reads(");
  }

  @Test
  void rows_knownAtRunTime_areReadAndChecked() {
    Schema schema =
        Schema.of(
            Field.number("a"),
            Field.category("c", "x", "y"),
            new Field("maybe", FieldType.BOOLEAN, true, Sensitivity.PUBLIC, List.of()));
    Features<Row> features = Features.rows(schema);
    Map<String, @Nullable String> cells = new HashMap<>(Map.of("a", "2", "c", "y"));
    cells.put("maybe", null);
    Row row = features.read(new Cells(cells));
    assertThat(features.number(row, 0)).isEqualTo(2);
    assertThat(features.category(row, 1)).isEqualTo("y");
    assertThat(features.number(row, 2)).isNaN();
    assertThat(row)
        .isEqualTo(Row.copyOf(features, row))
        .hasSameHashCodeAs(features.read(new Cells(cells)));
    cells.put("c", "z");
    assertThatThrownBy(() -> features.read(new Cells(cells)))
        .hasMessageContaining("unknown category");
  }

  @Test
  void names_thatBreakTheRule_areRefused() {
    for (String name : List.of("", "1a", "a b", "a/b", "a\n", "x".repeat(129))) {
      assertThatThrownBy(() -> Field.number(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Schema.of(Field.number("a"), Field.number("a")))
        .hasMessageContaining("'a' is twice");
  }

  private record Cells(Map<String, @Nullable String> cells) implements RawRow {
    @Override
    public String source() {
      return "cells";
    }

    @Override
    public long line() {
      return 7;
    }

    @Override
    public List<String> columns() {
      return List.copyOf(cells.keySet());
    }

    @Override
    public @Nullable String text(String column) {
      if (!cells.containsKey(column)) {
        throw bad(column, "there is no such column");
      }
      return cells.get(column);
    }
  }
}
