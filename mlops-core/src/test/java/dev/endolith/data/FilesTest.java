package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.DataException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
  record Loan(double income, String purpose) {}

  private static final Task<Loan, Boolean> TASK =
      Task.classify(Loan.class, Boolean.class)
          .label("paid")
          .map("y", true)
          .map("n", false)
          .positive(true)
          .build();

  @TempDir Path folder;

  private static Dataset<Loan, Boolean> csv(String text) {
    return Csv.reader(TASK).read(DataOrigin.named("loans"), new StringReader(text));
  }

  @Test
  void read_goodFile_givesRowsInOrder() throws IOException {
    Path file = folder.resolve("loans.csv");
    Files.writeString(
        file, "income,purpose,paid\n10,car,y\n20.5,\"a \"\"house\"\"\nof stone\",n\n");
    Dataset<Loan, Boolean> rows = Csv.read(file, TASK);
    assertThat(rows.examples())
        .containsExactly(
            new Example<>(new Loan(10, "car"), true),
            new Example<>(new Loan(20.5, "a \"house\"\nof stone"), false));
    assertThat(rows.origin().name()).isEqualTo("loans.csv");
  }

  @Test
  void read_reorderedColumns_givesTheSameRows() {
    assertThat(csv("paid,more,purpose,income\ny,1,car,10\n").fingerprint())
        .isEqualTo(csv("income,purpose,paid\n10,car,y\n").fingerprint());
  }

  @Test
  void read_missingFile_saysSoWithoutItsFolder() {
    assertThatThrownBy(() -> Csv.read(folder.resolve("absent.csv"), TASK))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'absent.csv' does not exist")
        .hasMessageNotContaining(folder.toString());
  }

  @Test
  void read_brokenFiles_nameLineAndRule() {
    broken("income,purpose,paid\n10,car,y\n20,boat\n", 3, "too few or too many cells");
    broken("income,purpose,paid\n10,car,y,extra\n", 2, "too few or too many cells");
    broken("income,purpose,paid\n10,\"car,y\n", 2, "quote");
    broken("income,purpose,paid\n10,\"ca\"r,y\n", 2, "quote");
    broken("income,purpose,paid\n", 0, "holds no row");
    broken("income,purpose\n10,car\n", 2, "column 'paid': there is no such column");
    broken("purpose,paid\ncar,y\n", 2, "column 'income'");
    broken("income,purpose,paid\n10,car,maybe\n", 2, "not a label; known are");
    broken("income,purpose,paid\n,car,y\n", 2, "empty");
    broken("income,purpose,paid\nNaN,car,y\n", 2, "finite");
    broken("income,purpose,paid\nten,car,y\n", 2, "not a number");
  }

  private static void broken(String text, long line, String rule) {
    assertThatThrownBy(() -> csv(text))
        .isInstanceOfSatisfying(DataException.class, e -> assertThat(e.line()).isEqualTo(line))
        .hasMessageContaining(rule);
  }

  @Test
  void read_bytesThatAreNotUtf8_isATypedError() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(
        file, "income,purpose,paid\n10,caf\u00e9,y\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Csv.read(file, TASK))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> Csv.read(folder, TASK)).isInstanceOf(DataException.class);
  }

  @Test
  void derive_seesEarlierRows_whereAndDistinctFilter() {
    Dataset<Loan, Boolean> rows =
        Csv.reader(TASK, ';')
            .distinct()
            .where(row -> !"skip".equals(row.text("purpose")))
            .derive(
                "income",
                () -> {
                  int[] sum = {0};
                  return row ->
                      Integer.toString(sum[0] += Integer.parseInt(row.required("income")));
                })
            .read(
                DataOrigin.named("loans"),
                new StringReader("income;purpose;paid\n1;a;y\n1;a;y\n5;skip;n\n2;b;n\n1;c;y\n"));
    assertThat(rows.examples()).extracting(e -> e.x().income()).containsExactly(1.0, 3.0, 4.0);
  }

  @Test
  void jsonLines_goodAndBadLines() {
    FileReader<Loan, Boolean> reader = JsonLines.reader(TASK);
    Dataset<Loan, Boolean> rows =
        reader.read(
            DataOrigin.named("loans"),
            new StringReader(
                "{\"income\":10,\"purpose\":\"car\",\"paid\":\"y\",\"tags\":[1,2]}\n\n"
                    + "{\"paid\":\"n\",\"income\":\"20\",\"purpose\":\"x\"}\n"));
    assertThat(rows.size()).isEqualTo(2);
    for (String bad :
        List.of("{\"income\":", "[1]", "{\"income\":1}", "{\"income\":null,\"purpose\":\"a\"}")) {
      assertThatThrownBy(
              () -> JsonLines.reader(TASK).read(DataOrigin.named("l"), new StringReader(bad)))
          .isInstanceOfSatisfying(DataException.class, e -> assertThat(e.line()).isEqualTo(1));
    }
    Dataset<Loan, Boolean> once =
        JsonLines.reader(TASK)
            .distinct()
            .read(
                DataOrigin.named("l"),
                new StringReader(
                    "{\"income\":1,\"purpose\":\"a\",\"paid\":\"y\",\"t\":[1]}\n"
                        + "{\"income\":1,\"purpose\":\"a\",\"paid\":\"y\",\"t\":[1]}\n"
                        + "{\"income\":1,\"purpose\":\"a\",\"paid\":\"y\",\"t\":[2]}\n"));
    assertThat(once.size()).isEqualTo(2);
  }
}
