package dev.endolith.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.monitoring.report.Browser.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a real browser makes of the pages. */
class BrowserTest {
  private static final Pattern OWN_LINK = Pattern.compile("href=\"(report-[^\"]+\\.html)\"");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private Browser browser;

  @BeforeEach
  void find() {
    browser = Browser.required(folder);
  }

  @Test
  void open_aPageThatMisbehaves_isNoticed() throws Exception {
    Path page =
        Files.writeString(
            folder.resolve("bad.html"),
            "<script>console.error('ran')</script><img src='http://127.0.0.1:9/x'>");

    Seen seen = browser.open(page);

    assertThat(seen.console()).anyMatch(line -> line.contains("ran"));
    assertThat(seen.network()).contains("127.0.0.1:9");
  }

  @Test
  void open_reportWithHostileNames_isInertAndSilent() throws Exception {
    DataReport report = DataReportTest.everything();
    Path page = Files.writeString(folder.resolve("report.html"), report.toHtml());

    Seen seen = browser.open(page);

    assertThat(seen.console()).isEmpty();
    assertThat(seen.network()).isNotEmpty().doesNotContain("127.0.0.1:9");
    assertThat(seen.dom())
        .contains("<title>", "What to do", "${7*7} @template.frame() {{7*7}} &lt;%= 7*7 %&gt; @`")
        .contains("&lt;/script&gt;&lt;script&gt;")
        .doesNotContain("<script", "<img", "<svg onload", " onmouseover=\"", " onerror=\"");
  }

  @Test
  void open_folderOfReports_leadsToThem() throws Exception {
    ReportFolder reports = ReportFolder.open(folder.resolve("reports"), 5);
    var unused = reports.add(DataReportTest.everything());

    Seen index = browser.open(folder.resolve("reports").resolve(ReportFolder.INDEX));

    assertThat(index.console()).isEmpty();
    Matcher link = OWN_LINK.matcher(index.dom());
    assertThat(link.find()).isTrue();
    assertThat(folder.resolve("reports").resolve(link.group(1))).content().contains("What changed");
  }
}
