package dev.endolith.data;

/**
 * A row that broke a rule and was set aside. It holds none of the row's values.
 *
 * @param source the name of the data source
 * @param line where the row stands: the one-based line of a file, or the number of the row in a
 *     query's result
 * @param column the column that breaks the rule, empty where it is the whole row
 * @param reason the rule that it breaks
 */
public record BadRow(String source, long line, String column, String reason) {}
