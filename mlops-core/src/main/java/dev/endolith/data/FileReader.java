package dev.endolith.data;

import dev.endolith.error.DataException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads labelled rows from a file; made by {@link Csv#reader} and {@link JsonLines#reader}.
 * Confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class FileReader<X, Y> extends RowReader<X, Y, FileReader<X, Y>> {
  private final Format format;

  FileReader(Task<X, Y> task, Format format) {
    super(task);
    this.format = format;
  }

  @Override
  FileReader<X, Y> self() {
    return this;
  }

  /**
   * Reads a file.
   *
   * @param file the file, UTF-8
   * @return the rows, in the file's order; by default their origin is the file's name
   * @throws DataException if the file is missing or unreadable, holds no good row, or bad rows end
   *     the reading
   */
  public Dataset<X, Y> read(Path file) {
    String name = String.valueOf(file.getFileName());
    DataOrigin from = origin;
    return open(file, in -> read(from == null ? DataOrigin.named(name) : from, in));
  }

  /**
   * Reads a file in one pass without holding its rows, however large it is: for what is counted as
   * it goes by. Only {@link #distinct()} needs memory per row.
   *
   * @param file the file, UTF-8
   * @param each sees each good row, in the file's order
   * @return what was read and what was set aside
   * @throws DataException if the file is missing or unreadable, holds no good row, or bad rows end
   *     the reading; rows before them were seen
   */
  public ReadReport forEach(Path file, Consumer<? super Example<X, Y>> each) {
    DataOrigin from = origin;
    DataOrigin named = from == null ? DataOrigin.named(String.valueOf(file.getFileName())) : from;
    return open(file, in -> pass(named, format.rows(named.name(), in), each));
  }

  private static <A> A open(Path file, Function<Reader, A> read) {
    String name = String.valueOf(file.getFileName());
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read.apply(in);
    } catch (NoSuchFileException e) {
      throw new DataException(
          name, 0, "", "the file '" + name + "' does not exist; check the path that was given", e);
    } catch (IOException e) {
      throw new DataException(name, 0, "", "the file '" + name + "' cannot be read", e);
    }
  }

  /**
   * Reads a text.
   *
   * @param from where the text came from
   * @param in the text; not closed
   * @return the rows, in the text's order
   * @throws DataException if the text is unreadable, holds no good row, or bad rows end the reading
   */
  public Dataset<X, Y> read(DataOrigin from, Reader in) {
    return read(from, format.rows(from.name(), in));
  }

  /** The rows of a text; rows are made as they are asked for. */
  @FunctionalInterface
  interface Format {
    Iterator<RawRow> rows(String name, Reader in);
  }
}
