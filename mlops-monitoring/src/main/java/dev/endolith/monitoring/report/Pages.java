package dev.endolith.monitoring.report;

import gg.jte.TemplateOutput;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.List;
import java.util.Map;

/** Fills the templates in {@code src/main/jte}, which are compiled into this package. */
final class Pages {
  private static final HtmlInterceptor NONE =
      new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(
            String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
      };

  private Pages() {}

  static String data(DataReport.Content content) {
    StringOutput out = new StringOutput(64 * 1024);
    JtedataGenerated.render(new OwaspHtmlTemplateOutput(out), NONE, PageView.of(content));
    return out.toString();
  }

  /**
   * The page of a model.
   *
   * @param head {@code story} and {@code history}: elements that {@link dev.endolith.html.Html}
   *     wrote and escaped
   * @param lastWindow one, or none before a window is complete
   */
  static String model(
      String title, String head, List<PageView> lastWindow, String story, String history) {
    StringOutput out = new StringOutput(64 * 1024);
    JtemodelGenerated.render(
        new OwaspHtmlTemplateOutput(out), NONE, title, head, lastWindow, story, history);
    return out.toString();
  }

  static String index(List<ReportFolder.Entry> entries) {
    StringOutput out = new StringOutput();
    JteindexGenerated.render(new OwaspHtmlTemplateOutput(out), NONE, entries);
    return out.toString();
  }
}
