package dev.endolith.monitoring.quality;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.FieldType;
import dev.endolith.error.DataException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/*
 * Expectations as JSON that people edit: format 1 is
 *
 * {"format": 1, "quarantineLimit": 1.0, "expectations": [
 *   {"rule": "range", "column": "age", "min": 0, "max": 130, "severity": "quarantine"}, ...]}
 *
 * A bound that is left out is none, a tolerance that is left out is 0.
 */
/** Expectations as JSON. */
final class CheckJson {
  private static final int FORMAT = 1;
  private static final int MOST = 100_000;

  private CheckJson() {}

  static String write(Expectations expectations) {
    Map<String, Object> json = new TreeMap<>();
    json.put("format", FORMAT);
    json.put("quarantineLimit", expectations.quarantineLimit());
    json.put("expectations", expectations.all().stream().map(CheckJson::write).toList());
    return CanonicalJson.write(json);
  }

  static Map<String, Object> write(Expectation expectation) {
    Map<String, Object> json = new TreeMap<>();
    json.put("severity", JsonObject.word(expectation.severity()));
    if (expectation.tolerance() > 0) {
      json.put("tolerance", expectation.tolerance());
    }
    if (expectation.check() instanceof RowCheck row) {
      write(row, json);
    } else {
      write((DataCheck) expectation.check(), json);
    }
    return json;
  }

  private static void write(RowCheck check, Map<String, Object> json) {
    if (check instanceof RowCheck.Present c) {
      json.put("rule", "present");
      json.put("column", c.column());
    } else if (check instanceof RowCheck.Range c) {
      json.put("rule", "range");
      json.put("column", c.column());
      bounds(json, c.min(), c.max());
    } else if (check instanceof RowCheck.Whole c) {
      json.put("rule", "whole");
      json.put("column", c.column());
    } else if (check instanceof RowCheck.OneOf c) {
      json.put("rule", "one_of");
      json.put("column", c.column());
      json.put("values", c.values());
    } else if (check instanceof RowCheck.Known c) {
      json.put("rule", "known");
      json.put("column", c.column());
      json.put("set", c.set());
    } else if (check instanceof RowCheck.Length c) {
      json.put("rule", "length");
      json.put("column", c.column());
      json.put("min", c.min());
      json.put("max", c.max());
    } else if (check instanceof RowCheck.Matches c) {
      json.put("rule", "matches");
      json.put("column", c.column());
      json.put("pattern", c.pattern());
    } else if (check instanceof RowCheck.Compare c) {
      json.put("rule", "compare");
      json.put("left", c.left());
      json.put("comparison", JsonObject.word(c.comparison()));
      json.put("right", c.right());
    } else if (check instanceof RowCheck.Sum c) {
      json.put("rule", "sum");
      json.put("column", c.total());
      json.put("parts", c.parts());
      json.put("within", c.tolerance());
    } else if (check instanceof RowCheck.When c) {
      Map<String, Object> then = new TreeMap<>();
      write(c.then(), then);
      json.put("rule", "when");
      json.put("column", c.column());
      json.put("values", c.values());
      json.put("then", then);
    }
  }

  private static void write(DataCheck check, Map<String, Object> json) {
    if (check instanceof DataCheck.Type c) {
      json.put("rule", "type");
      json.put("column", c.column());
      json.put("type", JsonObject.word(c.type()));
    } else if (check instanceof DataCheck.Columns c) {
      json.put("rule", "columns");
      json.put("columns", c.columns());
    } else if (check instanceof DataCheck.Bounded c) {
      json.put("rule", "measure");
      measure(json, c.measure(), c.column());
      bounds(json, c.min(), c.max());
    } else if (check instanceof DataCheck.Unique c) {
      json.put("rule", "unique");
      json.put("columns", c.columns());
    } else if (check instanceof DataCheck.References c) {
      json.put("rule", "references");
      json.put("column", c.column());
      json.put("key", c.key());
    } else if (check instanceof DataCheck.Fresh c) {
      json.put("rule", "fresh");
      json.put("column", c.column());
      json.put("maxAge", c.maxAge().toString());
    } else if (check instanceof DataCheck.Distributed c) {
      json.put("rule", "distributed");
      json.put("columns", c.columns());
      json.put("alpha", c.alpha());
      json.put("minimumEffect", c.minimumEffect());
    } else if (check instanceof DataCheck.Usual c) {
      json.put("rule", "usual");
      measure(json, c.measure(), c.column());
      json.put("kind", JsonObject.word(c.usual().kind()));
      json.put("zone", c.usual().zone().getId());
      json.put("alpha", c.usual().alpha());
      json.put("minimumChange", c.usual().minimumChange());
    }
  }

  private static void bounds(Map<String, Object> json, double min, double max) {
    if (min != Double.NEGATIVE_INFINITY) {
      json.put("min", min);
    }
    if (max != Double.POSITIVE_INFINITY) {
      json.put("max", max);
    }
  }

  private static void measure(Map<String, Object> json, Measure measure, String column) {
    json.put("measure", JsonObject.word(measure));
    if (!column.isEmpty()) {
      json.put("column", column);
    }
  }

  static Expectations read(String text) {
    JsonObject json = JsonObject.of(CanonicalJson.read(text, Map.class), "expectations");
    if (json.number("format", 0) != FORMAT) {
      throw JsonObject.broken(json.place(), "must be of format " + FORMAT);
    }
    double limit = json.number("quarantineLimit", 1);
    List<Object> items = json.list("expectations");
    json.end();
    if (items.size() > MOST) {
      throw JsonObject.broken(json.place(), "are at most " + MOST);
    }
    List<Expectation> all = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      JsonObject item = JsonObject.of(items.get(i), "expectation " + i);
      Severity severity = item.constant("severity", Severity.class);
      double tolerance = item.number("tolerance", 0);
      all.add(made(item, () -> new Expectation(check(item), severity, tolerance)));
      item.end();
    }
    return made(json, () -> new Expectations(all, limit));
  }

  private interface Making<A> {
    A make();
  }

  /** What a constructor refuses is the text's fault here. */
  private static <A> A made(JsonObject json, Making<A> making) {
    try {
      return making.make();
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new DataException(
          "JSON", 0, json.place(), json.place() + " is impossible: " + e.getMessage(), e);
    }
  }

  private static Check check(JsonObject json) {
    double none = Double.POSITIVE_INFINITY;
    String rule = json.text("rule");
    return switch (rule) {
      case "present" -> Check.present(json.text("column"));
      case "range" ->
          Check.range(json.text("column"), json.number("min", -none), json.number("max", none));
      case "whole" -> Check.whole(json.text("column"));
      case "one_of" -> new RowCheck.OneOf(json.text("column"), json.texts("values"));
      case "known" -> Check.known(json.text("column"), json.text("set"));
      case "length" ->
          Check.length(
              json.text("column"), json.whole("min", 0), json.whole("max", Integer.MAX_VALUE));
      case "matches" -> Check.matches(json.text("column"), json.text("pattern"));
      case "compare" ->
          Check.compare(
              json.text("left"),
              json.constant("comparison", RowCheck.Comparison.class),
              json.text("right"));
      case "sum" -> Check.sum(json.text("column"), json.texts("parts"), json.number("within", 0));
      case "when" -> Check.when(json.text("column"), json.texts("values"), then(json));
      case "type" -> Check.type(json.text("column"), json.constant("type", FieldType.class));
      case "columns" -> new DataCheck.Columns(json.texts("columns"));
      case "measure" ->
          new DataCheck.Bounded(
              json.constant("measure", Measure.class),
              json.text("column", ""),
              json.number("min", -none),
              json.number("max", none));
      case "unique" -> new DataCheck.Unique(json.texts("columns"));
      case "references" -> Check.references(json.text("column"), json.text("key"));
      case "fresh" -> Check.fresh(json.text("column"), Duration.parse(json.text("maxAge")));
      case "distributed" ->
          new DataCheck.Distributed(
              json.texts("columns"), json.number("alpha", 0.01), json.number("minimumEffect", 0.1));
      case "usual" ->
          Check.usual(
              json.constant("measure", Measure.class),
              json.text("column", ""),
              new UsualRange(
                  json.constant("kind", UsualRange.Kind.class),
                  ZoneId.of(json.text("zone", "UTC")),
                  json.number("alpha", 0.001),
                  json.number("minimumChange", 0)));
      default ->
          throw JsonObject.broken(
              json.place(),
              "has an unknown rule; rules are present, range, whole, one_of, known, length, matches,"
                  + " compare, sum, when, type, columns, measure, unique, references, fresh,"
                  + " distributed, usual");
    };
  }

  private static RowCheck then(JsonObject json) {
    JsonObject inner = json.object("then");
    Check then = check(inner);
    inner.end();
    if (then instanceof RowCheck row) {
      return row;
    }
    throw JsonObject.broken(inner.place(), "must be a rule of single rows");
  }
}
