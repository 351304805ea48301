package dev.endolith.governance;

import dev.endolith.Workspace;
import dev.endolith.data.Field;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.ModelVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known about a version, for people (after Mitchell et al., "Model Cards for Model
 * Reporting", 2019). Everything on it is read from the registry; nothing is asserted that was not
 * recorded. Immutable.
 *
 * @param version the version
 * @param aliases the moves of the champion alias to and from it, oldest first
 * @param records the audit records that name it, oldest first
 */
public record ModelCard(ModelVersion version, List<Alias> aliases, List<AuditRecord> records) {
  /**
   * Copies the lists.
   *
   * @param version the version
   * @param aliases the moves of the champion alias to and from it, oldest first
   * @param records the audit records that name it, oldest first
   */
  public ModelCard {
    aliases = List.copyOf(aliases);
    records = List.copyOf(records);
  }

  /**
   * Gathers the card of a version.
   *
   * @param workspace where the version is registered
   * @param model the model's name
   * @param number the version's number
   * @return the card
   * @throws dev.endolith.error.NotFoundException if there is no such version
   */
  public static ModelCard of(Workspace workspace, String model, long number) {
    String text = Long.toString(number);
    return new ModelCard(
        workspace.models().get(model, number),
        workspace.models().history(model, Alias.CHAMPION).stream()
            .filter(move -> move.version() == number)
            .toList(),
        workspace.audit().records(model).stream()
            .filter(
                record ->
                    text.equals(record.facts().get("version"))
                        || text.equals(record.facts().get("to")))
            .toList());
  }

  /**
   * The card as Markdown.
   *
   * @return the text; what people wrote is kept on one line and its markup is escaped
   */
  public String toMarkdown() {
    StringBuilder out = new StringBuilder();
    out.append("# Model card: ").append(version.label()).append("\n\n");
    line(out, "State", version.state().name().toLowerCase(Locale.ROOT));
    line(out, "Registered", version.createdAt() + " by " + version.createdBy());
    line(out, "Identity", version.manifest().toString());
    line(out, "Format", version.format());
    line(out, "Replaces", version.parent() == 0 ? "nothing" : "version " + version.parent());
    line(out, "Description", version.description());
    out.append(
        "\n## Inputs\n\n| field | type | may be missing | sensitivity |\n|---|---|---|---|\n");
    for (Field field : version.schema().fields()) {
      row(
          out,
          field.name(),
          field.type().name().toLowerCase(Locale.ROOT),
          field.nullable() ? "yes" : "no",
          field.sensitivity().name().toLowerCase(Locale.ROOT));
    }
    out.append("\n## Quality on held-out rows\n\n| metric | value |\n|---|---|\n");
    new TreeMap<>(version.metrics())
        .forEach((name, value) -> row(out, name, String.format(Locale.ROOT, "%.4f", value)));
    out.append("\n## Data\n\n| role | fingerprint |\n|---|---|\n");
    new TreeMap<>(version.datasets())
        .forEach((role, fingerprint) -> row(out, role, fingerprint.toString()));
    out.append("\n## Training\n\n| parameter | value |\n|---|---|\n");
    new TreeMap<>(version.parameters()).forEach((name, value) -> row(out, name, value));
    out.append("\n## Blobs\n\n| name | bytes | digest |\n|---|---|---|\n");
    for (Attachment attachment : version.attachments()) {
      row(out, attachment.name(), Long.toString(attachment.size()), attachment.digest().toString());
    }
    out.append("\n## History\n\n| when | who | what | why |\n|---|---|---|---|\n");
    for (AuditRecord record : records) {
      row(out, record.at().toString(), record.actor(), what(record), record.reason());
    }
    return out.toString();
  }

  private static String what(AuditRecord record) {
    Map<String, String> facts = record.facts();
    return switch (record.action()) {
      case "change-state" -> facts.get("from") + " to " + facts.get("to");
      case "move-alias" -> "alias " + facts.get("alias") + " to version " + facts.get("to");
      default -> record.action();
    };
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("- **").append(name).append("**: ").append(escaped(value)).append('\n');
  }

  private static void row(StringBuilder out, String... cells) {
    for (String cell : cells) {
      out.append("| ").append(escaped(cell)).append(' ');
    }
    out.append("|\n");
  }

  /** Text of people must not become markup, HTML or another row. */
  private static String escaped(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("([\\\\`*_{}\\[\\]<>|#])", "\\\\$1");
  }
}
