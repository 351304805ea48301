package dev.endolith.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** axe-core finds nothing wrong in the pages as Chromium shows them, light and dark, all open. */
class AccessibilityTest {
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
  private static final Pattern FOUND = Pattern.compile("<title>AXE(.*?)</title>", Pattern.DOTALL);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private Browser browser;

  @BeforeEach
  void find() {
    browser = Browser.required(folder);
  }

  @Test
  void audit_pageWithFaults_findsThem() throws Exception {
    String page =
        "<!doctype html><html><head><title>t</title></head><body><main><h1>h</h1>"
            + "<p style='color:#999;background:#fff'>pale</p><img src='data:,'></main></body></html>";

    assertThat(audit(page))
        .anyMatch(v -> v.startsWith("html-has-lang"))
        .anyMatch(v -> v.startsWith("color-contrast"))
        .anyMatch(v -> v.startsWith("image-alt"));
  }

  @Test
  void audit_report_findsNothing() throws Exception {
    String report = DataReportTest.everything().toHtml();

    assertThat(audit(report)).isEmpty();
    assertThat(audit(report, "--blink-settings=preferredColorScheme=0")).isEmpty(); // dark
  }

  @Test
  void audit_indexOfReports_findsNothing() throws Exception {
    ReportFolder reports = ReportFolder.open(folder.resolve("reports"), 5);
    var unused = reports.add(DataReportTest.everything());
    String index = Files.readString(folder.resolve("reports").resolve(ReportFolder.INDEX));

    assertThat(audit(index)).isEmpty(); // its colours are those of the report
  }

  /** What axe-core finds wrong, a sentence each, in the page without its policy against scripts. */
  private List<String> audit(String html, String... options) throws Exception {
    String axe;
    try (InputStream in = AccessibilityTest.class.getResourceAsStream(AXE)) {
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String script =
        "<script>"
            + axe
            + "</script><script>document.querySelectorAll('details').forEach(d => d.open = true);"
            + "axe.run(document, {resultTypes: ['violations']}).then("
            + "r => { document.title = 'AXE' + JSON.stringify({dark:"
            + " matchMedia('(prefers-color-scheme: dark)').matches, violations: r.violations.map(v =>"
            + " v.id + ': ' + v.nodes.length + ' such as ' + v.nodes[0].target.join(' ') + ' ' +"
            + " v.nodes[0].failureSummary)}); },"
            + " e => { document.title = 'AXE' + JSON.stringify({violations: ['failed: ' + e]}); });"
            + "</script></body>";
    String open = html.replaceAll("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "");
    int end = open.lastIndexOf("</body>");
    Path page =
        Files.writeString(
            Files.createTempFile(folder, "audited", ".html"),
            open.substring(0, end) + script + open.substring(end + "</body>".length()));

    List<String> more = new ArrayList<>(List.of(options));
    more.add("--virtual-time-budget=20000"); // until the audit is done
    Browser.Seen seen = browser.open(page, more.toArray(String[]::new));

    Matcher found = FOUND.matcher(seen.dom());
    assertThat(found.find()).as("the audit ended: %s", seen.console()).isTrue();
    JsonNode result = new ObjectMapper().readTree(unescaped(found.group(1)));
    assertThat(result.path("dark").asBoolean()).isEqualTo(options.length > 0);
    List<String> violations = new ArrayList<>();
    result.path("violations").forEach(v -> violations.add(v.asText()));
    return violations;
  }

  private static String unescaped(String text) {
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }
}
