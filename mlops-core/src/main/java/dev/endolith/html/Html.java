package dev.endolith.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * A page that is written element by element. Names of elements and attributes are constants of the
 * code; every text and every attribute value is escaped, and there is no way around it. Values
 * stand in text and in quoted attributes only: never in a URL, a style sheet or a script, of which
 * a page has none. Confined to one thread.
 */
public final class Html {
  private final StringBuilder out = new StringBuilder(64 * 1024);
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins a page. */
  public Html() {}

  /**
   * Opens an element.
   *
   * @param element its name, a constant
   * @param attributes names, which are constants, each followed by its value
   * @return this
   */
  public Html open(String element, String... attributes) {
    start(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /**
   * An element without content.
   *
   * @param element its name, a constant
   * @param attributes names, which are constants, each followed by its value
   * @return this
   */
  public Html empty(String element, String... attributes) {
    start(element, attributes);
    out.append("/>");
    return this;
  }

  /**
   * An element with a text.
   *
   * @param element its name, a constant
   * @param text what it says
   * @param attributes names, which are constants, each followed by its value
   * @return this
   */
  public Html leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /**
   * A text.
   *
   * @param text what it says
   * @return this
   */
  public Html text(String text) {
    escape(text);
    return this;
  }

  /**
   * Closes the element that was opened last.
   *
   * @return this
   */
  public Html close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /**
   * A style sheet.
   *
   * @param constant the sheet, which must be a constant
   * @return this
   */
  public Html style(String constant) {
    out.append("<style>").append(constant).append("</style>");
    return this;
  }

  /**
   * The head of a page that loads nothing and runs nothing, and its opened body.
   *
   * @param title the page's title
   * @param style its style sheet, which must be a constant
   * @return this, to be closed twice: the body and the page
   */
  public Html begin(String title, String style) {
    open("html", "lang", "en").open("head").empty("meta", "charset", "utf-8");
    empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    empty("meta", "name", "referrer", "content", "no-referrer");
    return leaf("title", title).style(style).close().open("body");
  }

  private void start(String element, String... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }

  /**
   * A coordinate.
   *
   * @param value in user units
   * @return with one digit after the point
   */
  public static String at(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /**
   * What was written so far, as a part of another page.
   *
   * @return its elements
   * @throws IllegalStateException if an element is not closed
   */
  public String fragment() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("an element is not closed: " + open.peek());
    }
    return out.toString();
  }

  /**
   * The page.
   *
   * @return its text
   * @throws IllegalStateException if an element is not closed
   */
  @Override
  public String toString() {
    return "<!DOCTYPE html>" + fragment();
  }
}
