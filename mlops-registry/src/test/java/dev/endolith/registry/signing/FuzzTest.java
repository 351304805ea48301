package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Schema;
import dev.endolith.error.EndolithException;
import dev.endolith.event.Event;
import dev.endolith.query.Query;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Attestation.Kind;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.EventJson;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Names;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.VersionField;
import dev.endolith.registry.signing.Signed.Person;
import dev.endolith.tck.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * R29: whatever a parser is given, it answers or refuses, with an exception that it says it throws.
 * {@code -Dseed=N} begins at a seed; the long test gives {@code endolith.fuzz.inputs} to each.
 */
class FuzzTest {
  private static final int INPUTS = 500;

  private static final Person ANN = Person.of("ann", EcCurve.P256);
  private static final TrustedKeys KEYS =
      TrustedKeys.of(ANN.may(Kind.TRAINING, Kind.APPROVAL, Kind.EXPORT));
  private static final Samples SAMPLES = new Samples();

  @TempDir private Path folder;

  /** A parser: what it is fuzzed from, and how it is called. */
  enum Target {
    BUNDLE(1) {
      @Override
      void parse(byte[] input, Path file) {
        if (SignatureVerifier.of(KEYS).verify(input) instanceof Verification.Refused refused) {
          throw new IllegalArgumentException(refused.reason());
        }
      }
    },
    STATEMENT(1) {
      @Override
      void parse(byte[] input, Path file) throws MalformedException {
        StatementJson.read(input);
      }
    },
    NOTE(1) {
      @Override
      void parse(byte[] input, Path file) {
        SignedNote note = SignedNote.parse(text(input));
        SAMPLES.notes.verifier().verify(note);
        Checkpoint.parse(note.text());
      }
    },
    PROOF(1) {
      @Override
      void parse(byte[] input, Path file) {
        TlogProof.parse(text(input));
      }
    },
    NOTE_KEY(1) {
      @Override
      void parse(byte[] input, Path file) {
        NoteVerifier.parse(text(input));
      }
    },
    PEM(1) {
      @Override
      void parse(byte[] input, Path file) {
        EcKeys.readPublic(text(input));
      }
    },
    ARCHIVE(10) {
      @Override
      void parse(byte[] input, Path file) throws IOException {
        Files.write(file, input);
        ModelArchive.open(file, KEYS);
      }
    },
    ARCHIVE_INDEX(1) {
      @Override
      void parse(byte[] input, Path file) throws MalformedException {
        ArchiveIndex.read(input);
      }
    },
    ARCHIVE_SEAL(1) {
      @Override
      void parse(byte[] input, Path file) throws MalformedException {
        ArchiveIndex.Seal.read(input, KEYS);
      }
    },
    VERSION_ROW(1) {
      @Override
      void parse(byte[] input, Path file) throws MalformedException {
        ArchiveRows.version(text(input));
      }
    },
    AUDIT_ROW(1) {
      @Override
      void parse(byte[] input, Path file) throws MalformedException {
        ArchiveRows.read(text(input), AuditRecord.class).sealed();
      }
    },
    OTHER_ROWS(1) {
      @Override
      void parse(byte[] input, Path file) throws MalformedException {
        for (Class<? extends Record> type :
            List.of(RegisteredModel.class, Alias.class, RunRecord.class)) {
          try {
            ArchiveRows.read(text(input), type);
          } catch (MalformedException e) {
            if (type == RunRecord.class) {
              throw e;
            }
          }
        }
      }
    },
    EVENT(1) {
      @Override
      void parse(byte[] input, Path file) {
        EventJson.read(text(input));
      }
    },
    SCHEMA(1) {
      @Override
      void parse(byte[] input, Path file) {
        Schema.fromJson(text(input));
      }
    },
    NAME(1) {
      @Override
      void parse(byte[] input, Path file) {
        String text = text(input);
        assertThat(Names.isName(text)).isEqualTo(text.equals(accepted(text)));
        SAMPLES.workspace.models().tag("m", 1, Map.of(text, text));
        SAMPLES.workspace.models().tag("m", 1, Map.of());
      }

      private String accepted(String text) {
        try {
          return Names.check("model", text);
        } catch (IllegalArgumentException e) {
          return text + " is refused";
        }
      }
    },
    QUERY(1) {
      @Override
      void parse(byte[] input, Path file) {
        String text = text(input);
        SAMPLES
            .workspace
            .models()
            .search(
                Query.where(
                        VersionField.DESCRIPTION
                            .like(text)
                            .or(VersionField.TAG.of(text).is(text).not()))
                    .after(text));
      }
    };

    private final int cost;

    Target(int cost) {
      this.cost = cost;
    }

    abstract void parse(byte[] input, Path file) throws MalformedException, IOException;
  }

  @ParameterizedTest
  @EnumSource
  void parse_mutatedInputs_answersOrRefuses(Target target) {
    fuzz(target, INPUTS / target.cost);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void parse_manyMutatedInputs_answersOrRefuses(Target target) {
    fuzz(target, Integer.getInteger("endolith.fuzz.inputs", 1_000_000) / target.cost);
  }

  private void fuzz(Target target, int inputs) {
    long seed = Long.getLong("seed", new Random().nextLong());
    Mutations mutations = new Mutations(seed, SAMPLES.of(target));
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < inputs; i++) {
      byte[] input = mutations.next();
      try {
        target.parse(input, folder.resolve("input"));
        answers.merge("answered", 1, Integer::sum);
      } catch (EndolithException
          | IllegalArgumentException
          | IllegalStateException
          | MalformedException e) {
        answers.merge("refused", 1, Integer::sum);
      } catch (Throwable e) {
        throw new AssertionError(
            target + ", -Dseed=" + seed + ", input " + i + ": " + text(input), e);
      }
    }
    assertThat(answers).as("-Dseed=%d", seed).containsKey("refused"); // it was not passed over
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  /** Good inputs of every parser. */
  private static final class Samples {
    private final NoteSigner notes = NoteSigner.of("endolith", NoteSigner.generate());
    private final Workspace workspace = Workspace.builder().clock(Signed.CLOCK).open();
    private final Map<Target, List<byte[]>> corpus = new TreeMap<>();

    Samples() {
      InMemoryStores stores = InMemoryStores.create(Signed.CLOCK);
      Attachment model = Signed.blob(stores, "model", "weights");
      ModelVersion version = Signed.register(stores, "m", model);
      byte[] training = ANN.signer().sign(version);
      byte[] approval = ANN.signer().approve(version, ANN.actor(), "good", Signed.TEN);
      put(Target.BUNDLE, training, approval);
      put(Target.STATEMENT, payload(training), payload(approval));
      AuditRecord record = stores.registry().audit("m", 0, 1).get(0);
      SignedNote checkpoint = notes.sign(new Checkpoint("endolith", 7, record.digest()).text());
      put(Target.NOTE, checkpoint.write());
      put(
          Target.PROOF,
          "c2sp.org/tlog-proof@v1\nindex 0\n" + "A".repeat(43) + "=\n\n" + checkpoint.write());
      put(Target.NOTE_KEY, notes.verifier().write());
      put(Target.PEM, EcKeys.write((java.security.interfaces.ECPublicKey) ANN.pair().getPublic()));
      put(Target.VERSION_ROW, CanonicalJson.write(ArchiveRows.VersionRow.of(version)));
      put(Target.AUDIT_ROW, CanonicalJson.write(record));
      workspace
          .models()
          .commit(
              "because",
              new dev.endolith.registry.Change.Register(
                  "m",
                  "k",
                  "test",
                  Signed.SCHEMA,
                  List.of(stored(model)),
                  Map.of(),
                  Map.of(),
                  Map.of(),
                  "",
                  0,
                  "text",
                  Map.of("a", "b"),
                  false));
      put(Target.OTHER_ROWS, CanonicalJson.write(workspace.models().model("m").orElseThrow()));
      put(
          Target.EVENT,
          EventJson.write(new Event.AliasMoved("m", "a", 1, 2, 3, Signed.TEN, "ann")),
          EventJson.write(new Event.Governed("m", Signed.TEN, "ann")));
      put(Target.SCHEMA, Signed.SCHEMA.toJson());
      put(Target.NAME, "fraud", "a-b.c_d", "x9", "nul", "a..b");
      put(Target.QUERY, "m/1", "%", "a_b", "\\%", "text");
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      ModelArchive.export(workspace, "m", ANN.signer(), archive);
      put(Target.ARCHIVE, archive.toByteArray());
      ArchiveIndex.Entry entry = new ArchiveIndex.Entry("index.jsonl", 5, 7, record.digest());
      List<ArchiveIndex.Entry> entries = new ArrayList<>();
      ArchiveIndex.DOCUMENTS.forEach(
          name -> entries.add(new ArchiveIndex.Entry(name, 1, 2, record.digest())));
      entries.add(new ArchiveIndex.Entry(ArchiveIndex.blob(model.digest()), 7, 9, model.digest()));
      put(Target.ARCHIVE_INDEX, new ArchiveIndex(entries).write());
      put(Target.ARCHIVE_SEAL, new ArchiveIndex.Seal("m", Signed.TEN, entry).sign(ANN.signer()));
    }

    private Attachment stored(Attachment model) {
      workspace.artifacts().put("weights".getBytes(StandardCharsets.UTF_8));
      return model;
    }

    private static byte[] payload(byte[] bundle) {
      try {
        return Bundle.read(Bundle.IN_TOTO, bundle).payload();
      } catch (MalformedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void put(Target target, String... inputs) {
      put(
          target,
          Stream.of(inputs).map(i -> i.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
    }

    private void put(Target target, byte[]... inputs) {
      corpus.put(target, List.of(inputs));
    }

    List<byte[]> of(Target target) {
      return corpus.get(target);
    }
  }
}
