package dev.endolith.monitoring.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The JSON Schemas that come with the reports. */
final class Schemas {
  private Schemas() {}

  static String read(String report, int format) {
    String name = report + "-" + format + ".schema.json";
    try (InputStream in = Schemas.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks its resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the jar's resource " + name + " cannot be read", e);
    }
  }
}
