package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.registry.InclusionProof;
import java.security.KeyPair;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SignedNoteTest {
  private final KeyPair pair = NoteSigner.generate();
  private final NoteSigner signer = NoteSigner.of("example.com/log", pair);
  private final SignedNote note = signer.sign("a\n\nb\n");

  @Test
  void note_comesBack_andVerifies() {
    SignedNote parsed = SignedNote.parse(note.write());
    assertThat(parsed).isEqualTo(note);
    assertThat(signer.verifier().verify(parsed)).isTrue();
    assertThat(signer.sign("a\n\nb\n")).isEqualTo(note);
    assertThatThrownBy(() -> signer.sign("no end")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherSignatures_arePassedOver_butNoFalseOneOfOurs() {
    NoteSigner witness = NoteSigner.of("witness", NoteSigner.generate());
    SignedNote.NoteSignature ours = note.signatures().get(0);
    SignedNote.NoteSignature theirs = witness.sign(note.text()).signatures().get(0);
    SignedNote both = new SignedNote(note.text(), List.of(theirs, ours));
    assertThat(signer.verifier().verify(SignedNote.parse(both.write()))).isTrue();
    assertThat(witness.verifier().verify(both)).isTrue();
    assertThat(signer.verifier().verify(new SignedNote(note.text(), List.of(theirs)))).isFalse();
    SignedNote.NoteSignature wrong = signer.sign("other\n").signatures().get(0);
    assertThat(signer.verifier().verify(new SignedNote(note.text(), List.of(ours, wrong))))
        .isFalse();
  }

  @Test
  void keys_comeBackFromText() {
    String text = signer.verifier().write();
    assertThat(NoteVerifier.parse(text).verify(note)).isTrue();
    for (String broken :
        List.of("", "a+b", "a b+00000000+AQ==", text.replace("+", "-"), "x" + text, text + "A")) {
      assertThatThrownBy(() -> NoteVerifier.parse(broken))
          .as(broken)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> NoteSigner.of("a+b", pair))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NoteSigner.of("a", EcKeys.generate(EcCurve.P256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ed25519");
    KeyPair mixed = new KeyPair(pair.getPublic(), NoteSigner.generate().getPrivate());
    assertThatThrownBy(() -> NoteSigner.of("a", mixed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not belong");
  }

  @Test
  void malformedNotes_areRefused() {
    String line = note.write().substring(note.text().length() + 1);
    for (String broken :
        List.of(
            "",
            "a\n",
            "a\n\n",
            "\n\n",
            "a\n\n" + line.strip(),
            "a\r\n\n" + line,
            "a\u0007\n\n" + line,
            "\ud800\n\n" + line,
            "a\n\n" + line.replace("\u2014", "-"),
            "a\n\n" + line.replace(" ", "  "),
            "a\n\n\u2014 a+b AAAAAAA=\n",
            "a\n\n\u2014 \u2003x AAAAAAA=\n",
            "a\n\n\u2014 x AAAA\n",
            "a\n\n\u2014 x AAAAAAB=\n",
            "a\n\n\u2014 x AAAAAAA\n",
            "a\n\n" + line.repeat(65),
            "a".repeat(70_000) + "\n\n" + line)) {
      assertThatThrownBy(() -> SignedNote.parse(broken)).isInstanceOf(DataException.class);
    }
  }

  @Test
  void malformedCheckpoints_areRefused() {
    Checkpoint checkpoint = new Checkpoint("o", 7, Digest.ofText("x"));
    assertThat(Checkpoint.parse(checkpoint.text())).isEqualTo(checkpoint);
    assertThat(Checkpoint.parse(checkpoint.text() + "extension\n")).isEqualTo(checkpoint);
    String root = checkpoint.text().lines().toList().get(2);
    for (String broken :
        List.of(
            "",
            "o\n7\n",
            "\n7\n" + root + "\n",
            "o\n07\n" + root + "\n",
            "o\n-7\n" + root + "\n",
            "o\n9999999999999999999\n" + root + "\n",
            "o\n7\nAAAA\n",
            "o\n7\n" + root,
            "o\n7\n" + root + "\n\n")) {
      assertThatThrownBy(() -> Checkpoint.parse(broken))
          .as(broken)
          .isInstanceOf(DataException.class);
    }
  }

  @Test
  void mutations_giveOnlyTypedErrors() {
    Checkpoint checkpoint = new Checkpoint("example.com/log", 7, Digest.ofText("x"));
    SignedNote signed = signer.sign(checkpoint.text());
    TlogProof proof =
        new TlogProof(
            new InclusionProof(3, 7, List.of(Digest.ofText("a"), Digest.ofText("b"))), signed);
    assertThat(TlogProof.parse(proof.write())).isEqualTo(proof);
    assertThat(TlogProof.parse(proof.write().replace("index", "extra AAAA\nindex")))
        .isEqualTo(proof);
    fuzz(11, note.write(), text -> signer.verifier().verify(SignedNote.parse(text)));
    fuzz(12, signed.text(), Checkpoint::parse);
    fuzz(
        13,
        proof.write(),
        text -> TlogProof.parse(text).verify(Digest.ofText("x"), signer.verifier()));
  }

  private static void fuzz(long seed, String text, Consumer<String> reader) {
    Random random = new Random(seed);
    String alphabet = "\n\n \u2014+=/AZaz09\u0000\ud800\u2003-";
    for (int round = 0; round < 8_000; round++) {
      StringBuilder mutated = new StringBuilder(text);
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        int at = random.nextInt(mutated.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(4)) {
          case 0 -> mutated.setCharAt(at, c);
          case 1 -> mutated.insert(at, c);
          case 2 -> mutated.deleteCharAt(at);
          default -> mutated.setLength(Math.max(1, at));
        }
        if (mutated.isEmpty()) {
          mutated.append(c);
        }
      }
      try {
        reader.accept(mutated.toString());
      } catch (DataException e) {
        assertThat(e.getMessage()).as("seed %s, round %s", seed, round).isNotBlank();
      }
    }
  }
}
