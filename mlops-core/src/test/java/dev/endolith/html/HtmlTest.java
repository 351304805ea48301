package dev.endolith.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void texts_andAttributes_areEscaped() {
    String hostile = "</td><script>alert('1')</script>\" onload=\"x & y\u0000\u001b";
    String page =
        new Html().begin(hostile, "").leaf("p", hostile, "class", hostile).close().close() + "";
    assertThat(page).startsWith("<!DOCTYPE html><html lang=\"en\">");
    assertThat(page.replaceAll("<[a-zA-Z/!][^<>]*>", ""))
        .as("what is left without the elements is text")
        .doesNotContain("<", ">");
    assertThat(page)
        .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x &amp; y")
        .contains("default-src &#39;none&#39;")
        .doesNotContain("<script", "onload=\"x", "\u0000", "\u001b");
  }

  @Test
  void page_withAnOpenElement_isRefused() {
    assertThatThrownBy(() -> new Html().open("p").toString())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("p");
  }
}
