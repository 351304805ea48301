package dev.endolith.registry.sql;

import dev.endolith.query.Filter;
import dev.endolith.query.QueryField;
import dev.endolith.query.Term;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/*
 * A filter as a condition whose values, keys and patterns are all bound parameters: its text is
 * made of the constants of this package alone. Every comparison is true or false, never NULL, as
 * Filter says, so that a negation means what it says.
 */
final class FilterSql<F extends QueryField<F>> {
  private final Dialect dialect;
  private final Function<Term<F>, Operand> operands;
  private final Map<String, Object> parameters = new LinkedHashMap<>();

  FilterSql(Dialect dialect, Function<Term<F>, Operand> operands) {
    this.dialect = dialect;
    this.operands = operands;
  }

  /**
   * Where a value comes from.
   *
   * @param before what stands before the comparison, for example {@code EXISTS (SELECT ... AND (}
   * @param value the value
   * @param after what ends it
   * @param keyed whether :key in it is the term's key
   */
  record Operand(String before, String value, String after, boolean keyed) {
    /** A column that is never NULL; nothing stands around it that would hide it from an index. */
    static Operand column(String column) {
      return new Operand("(", column, ")", false);
    }

    /** A value that may be NULL, which matches nothing. */
    static Operand nullable(String value) {
      return new Operand("((", value, ") IS TRUE)", false);
    }

    static Operand any(String from, String value) {
      return new Operand("EXISTS (SELECT 1 FROM " + from + " AND (", value, "))", true);
    }
  }

  String condition(Filter<F> filter) {
    if (filter instanceof Filter.Present<F> present) {
      return compare(present.term(), value -> value + " IS NOT NULL");
    } else if (filter instanceof Filter.Compare<F> compare) {
      String operator =
          switch (compare.operator()) {
            case EQUAL -> " = ";
            case BELOW -> " < ";
            case AT_MOST -> " <= ";
            case ABOVE -> " > ";
            case AT_LEAST -> " >= ";
          };
      if (compare.value() instanceof Double number && number.isNaN()) {
        return "(1 = 0)";
      }
      return compare(compare.term(), value -> value + operator + parameter(compare.value()));
    } else if (filter instanceof Filter.In<F> in) {
      List<String> values = in.values().stream().map(this::parameter).toList();
      return values.isEmpty()
          ? "(1 = 0)"
          : compare(in.term(), value -> value + " IN (" + String.join(", ", values) + ")");
    } else if (filter instanceof Filter.Like<F> like) {
      return compare(
          like.term(), value -> dialect.like(value, parameter(dialect.pattern(like.pattern()))));
    } else if (filter instanceof Filter.And<F> and) {
      return join(and.parts(), " AND ", "(1 = 1)");
    } else if (filter instanceof Filter.Or<F> or) {
      return join(or.parts(), " OR ", "(1 = 0)");
    } else if (filter instanceof Filter.Not<F> not) {
      return "(NOT " + condition(not.part()) + ")";
    }
    return "(1 = 1)";
  }

  Query bind(Query query) {
    parameters.forEach(query::bind);
    return query;
  }

  private String compare(Term<F> term, Function<String, String> comparison) {
    Operand operand = operands.apply(term);
    String condition = operand.before() + comparison.apply(operand.value()) + operand.after();
    return operand.keyed() && !term.key().isEmpty()
        ? condition.replace(":key", parameter(term.key()))
        : condition;
  }

  private String join(List<Filter<F>> parts, String with, String none) {
    List<String> conditions = new ArrayList<>();
    parts.forEach(part -> conditions.add(condition(part)));
    return conditions.isEmpty() ? none : "(" + String.join(with, conditions) + ")";
  }

  private String parameter(Object value) {
    String name = "p" + parameters.size();
    parameters.put(name, bindable(value));
    return ":" + name;
  }

  private static Object bindable(Object value) {
    if (value instanceof Instant at) {
      return Columns.micros(at);
    }
    return value instanceof Boolean flag ? flag ? 1 : 0 : value;
  }
}
