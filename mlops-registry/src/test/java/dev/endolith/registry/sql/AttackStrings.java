package dev.endolith.registry.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Texts that have broken into other programs of this kind, and their variations. */
final class AttackStrings {
  private static final List<String> UP =
      List.of(
          "../",
          "..\\",
          "....//",
          "..;/",
          "%2e%2e/",
          "%2e%2e%2f",
          "%252e%252e%252f",
          "..%2f",
          "..%5c",
          "..%c0%af",
          "..%u2215",
          "%u002e%u002e/",
          "..%00/",
          "..\u2215",
          "..\uff0f",
          "\u2024\u2024/",
          ".%2e/",
          "..//",
          "../\0",
          "%25%32%65%25%32%65/");

  private static final List<String> TARGETS =
      List.of("etc/passwd", "x", "endolith.db", "blobs/sha256", "Windows\\win.ini");

  private static final List<String> PATHS =
      List.of(
          ".",
          "..",
          "/",
          "\\",
          "//",
          "/etc/passwd",
          "//proc/self/root/etc/passwd",
          "/dev/zero",
          "/proc/self/environ",
          "C:\\x",
          "C:x",
          "C:/Windows",
          "\\\\host\\share",
          "\\\\?\\C:\\x",
          "\\\\.\\pipe\\x",
          "~/.ssh/id_rsa",
          "a/../../b",
          "a/./b",
          "a//b",
          "a\\b",
          ";/../x",
          "#/../x",
          "%23/../x",
          "?/../x",
          "%3f/../x",
          "a%00.onnx",
          "CON",
          "con",
          "nul",
          "aux.txt",
          "NUL.",
          "lpt1",
          "com9.db",
          "name.",
          "name ",
          " name",
          ".hidden",
          "-rf",
          "--help",
          "a::$DATA",
          "endolith.db",
          "endolith.db-wal",
          "endolith.lock",
          "blobs",
          "quarantine",
          "tmp");

  private static final List<String> URLS =
      List.of(
          "file:///etc/passwd",
          "file://h/../",
          "http://169.254.169.254/latest/meta-data/",
          "http://0x7f.1/",
          "http://[::ffff:127.0.0.1]/",
          "http://2130706433/",
          "http://0/",
          "http://localhost:1/",
          "http://127.1:22/",
          "http://[::1]/",
          "http://017700000001/",
          "http://[fe80::1%25lo]/",
          "http://127.0.0.1.nip.io/",
          "ftp://a/x",
          "gopher://127.0.0.1:25/",
          "jar:file:///tmp/x.jar!/",
          "dict://127.0.0.1:11211/",
          "ldap://127.0.0.1/x",
          "rmi://127.0.0.1/x",
          "jdbc:sqlite::resource:http://127.0.0.1/x",
          "jdbc:postgresql://h/?socketFactory=x",
          "dbfs:/run/artifacts/a%3f/../../../../",
          "mlflow-artifacts://h/..%2f..%2f",
          "s3a://b/../../..",
          "models:/m/1",
          "//evil.example/x",
          "data:text/html,<script>1</script>",
          "javascript:alert(1)");

  private static final List<String> SQL =
      List.of(
          "' OR 1=1--",
          "' OR '1'='1",
          "\" OR \"\"=\"",
          "'; DROP TABLE endolith_version; --",
          "'); DELETE FROM endolith_audit; --",
          "name; DROP TABLE x",
          "' UNION SELECT 1,2,3 --",
          "%' --",
          "_",
          "%",
          "%%",
          "*",
          "[a-z]",
          "\\",
          "\\'",
          "''",
          "'",
          "\"",
          "`",
          "$1",
          "$$",
          ":p0",
          ":model",
          "?",
          "?1",
          "@x",
          "{fn now()}",
          "{d '2020-01-01'}",
          "/* x */",
          "--",
          "-- \n",
          "1;ATTACH 'x' AS y",
          "x' AND load_extension('x') --",
          "pg_sleep(9)",
          "'||pg_sleep(9)||'",
          "E'\\x41'",
          "U&'\\0041'",
          "x'41'",
          "0x41",
          "NULL",
          "null",
          "true",
          "1=1",
          "(((((",
          ")))))",
          "<define>",
          "<x>");

  private static final List<String> MARKUP =
      List.of(
          "<script>alert(1)</script>",
          "\"><img src=x onerror=alert(1)>",
          "'><svg/onload=alert(1)>",
          "</title><script>",
          "<!--",
          "]]>",
          "<![CDATA[x",
          "&lt;",
          "&#x3c;",
          "&amp;",
          "<?xml version='1.0'?>",
          "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;",
          "<a href=javascript:x>",
          "<b>",
          "{{7*7}}",
          "${7*7}",
          "#{7*7}",
          "<%= 7*7 %>",
          "[[${7*7}]]",
          "*{7*7}",
          "@{x}",
          "~{x}");

  private static final List<String> CODE =
      List.of(
          "${jndi:ldap://127.0.0.1/x}",
          "${jndi:dns://127.0.0.1/x}",
          "${${lower:j}ndi:rmi://127.0.0.1/x}",
          "${env:HOME}",
          "${sys:user.home}",
          "${java:version}",
          "%{(#a=1)}",
          "T(java.lang.Runtime).getRuntime()",
          "x'] + T(java.lang.Runtime)",
          "new java.io.File('/tmp/x').createNewFile()",
          "!!javax.script.ScriptEngineManager []",
          "{\"@type\":\"java.net.URL\"}",
          "{\"$ne\":null}",
          "{\"__class__\":\"x\"}",
          "{\"@class\":\"java.util.HashMap\"}",
          "__proto__",
          "constructor",
          "=cmd|'/c calc'!A1",
          "+1+1",
          "@SUM(1)",
          "-2+3",
          "`id`",
          "$(id)",
          "; id",
          "| id",
          "&& id",
          "\nid",
          "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==",
          "\u00ac\u00ed\u0000\u0005",
          "java.lang.Runtime",
          "class.module.classLoader",
          "%s%s%s%n",
          "%n%n",
          "%x %x",
          "{0} {1}",
          "{}",
          "%1$s",
          "%",
          "%2147483647d");

  private static final List<String> CONTROL =
      List.of(
          "",
          " ",
          "\t",
          "\n",
          "\r\n",
          "a\r\nFAKE: header",
          "a\nINFO admin logged in",
          "\r\n\r\n<x>",
          "\u0000",
          "a\u0000b",
          "\u0001",
          "\u0007",
          "\u0008",
          "\u001b[2J",
          "\u001b]0;x\u0007",
          "\u007f",
          "\u0085",
          "\u2028",
          "\u2029",
          "\ufeff",
          "a\ufeff",
          "\ufffe",
          "\uffff",
          "\ufffd",
          "\u200b",
          "\u00ad",
          "\u202egpj.exe",
          "\u2066x\u2069",
          "\ud800",
          "\udc00",
          "a\ud800b",
          "\udc00\ud800",
          "\ud83d",
          "\ud83d\ude42",
          "e\u0301",
          "\u00e9",
          "\ufb01",
          "\u0130",
          "\u0131",
          "\u1e9e",
          "\u017f",
          "\u212a",
          "\uff41",
          "\u0430dmin",
          "\u3000",
          "\u00a0x",
          "\ud835\udc1a",
          "\udbff\udfff",
          "\u0660",
          "\u2160");

  private static final List<String> NUMBERS =
      List.of(
          "NaN",
          "Infinity",
          "-Infinity",
          "1e999",
          "-1e999",
          "1e-999",
          "-0",
          "-0.0",
          "00",
          "0x10",
          "010",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "2147483648",
          "-1",
          "18446744073709551616",
          "1_000",
          "1,000",
          "1.",
          ".1",
          "1e",
          "+1",
          "٣",
          "0.1e1000000000",
          "9".repeat(10_000));

  private static final List<String> DATES =
      List.of(
          "0000-00-00",
          "9999999999-01-01T00:00:00Z",
          "-999999999-01-01T00:00:00Z",
          "2026-02-30",
          "2026-03-01T24:00:01Z",
          "+1000000000-12-31T23:59:59.999999999Z",
          "T",
          "now");

  private static final List<String> STRUCTURE =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "{}",
          "[]",
          "[[]]",
          "{\"a\":",
          "{\"a\":1,\"a\":2}",
          "\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "nul",
          "tru",
          "[1,",
          "{\"type\":\"VersionRegistered\",\"event\":null}",
          "{\"type\":\"java.lang.Runtime\",\"event\":{}}",
          "-----BEGIN PUBLIC KEY-----",
          "-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----\n",
          "— x y\n",
          "a\n\n— b c\n",
          "a+00000000+AQ==",
          "+",
          "++",
          "a+b",
          "=",
          "====",
          "A",
          "AA==",
          "AAA=",
          "AB==",
          "_-_-",
          "fraud/",
          "/1",
          "fraud/-1",
          "fraud/99999999999999999999",
          "fraud/1/2",
          "a/b/c");

  private AttackStrings() {}

  static List<String> all() {
    Set<String> all = new LinkedHashSet<>();
    for (String up : UP) {
      for (String target : TARGETS) {
        all.add(up + target);
        all.add(up.repeat(8) + target);
      }
    }
    List.of(PATHS, URLS, SQL, MARKUP, CODE, CONTROL, NUMBERS, DATES, STRUCTURE)
        .forEach(all::addAll);
    all.add("a".repeat(128));
    all.add("a".repeat(129));
    all.add("a".repeat(255));
    all.add("a".repeat(256));
    all.add("a".repeat(65_536));
    all.add("(".repeat(100_000));
    all.add("[".repeat(100_000));
    all.add("{\"a\":".repeat(20_000));
    all.add("\u00e9".repeat(40_000));
    all.add("../".repeat(20_000));
    all.add("a".repeat(28) + "!");
    all.add(new String(new byte[] {(byte) 0xc0, (byte) 0xae}, StandardCharsets.ISO_8859_1));
    return new ArrayList<>(all);
  }
}
