package dev.endolith.registry.signing;

import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** People, their keys, and versions to sign. */
final class Signed {
  static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
  static final Clock CLOCK = Clock.fixed(TEN, ZoneOffset.UTC);
  static final Schema SCHEMA = Schema.of(Field.number("a"));

  private Signed() {}

  /** Somebody with a key. */
  record Person(String name, KeyPair pair) {
    static Person of(String name, EcCurve curve) {
      return new Person(name, EcKeys.generate(curve));
    }

    ModelSigner signer() {
      return ModelSigner.of(pair);
    }

    Actor actor() {
      return new Actor(name);
    }

    TrustedKey may(Attestation.Kind... kinds) {
      return TrustedKey.of(name + "'s key", name, (ECPublicKey) pair.getPublic(), kinds);
    }
  }

  static Attachment blob(InMemoryStores stores, String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Attachment(name, "text/plain", bytes.length, stores.artifacts().put(bytes));
  }

  static ModelVersion register(InMemoryStores stores, String model, Attachment... attachments) {
    return stores
        .registry()
        .commit(
            Changes.of(
                new Actor("ann"),
                "because",
                new Change.Register(
                    model,
                    "",
                    "test",
                    SCHEMA,
                    List.of(attachments),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    "",
                    0,
                    "",
                    Map.of(),
                    false)))
        .versions()
        .get(0);
  }

  /** The same row with other attachments, as a hand in the database would leave it. */
  static ModelVersion forged(ModelVersion version, String model, List<Attachment> attachments) {
    return new ModelVersion(
        model,
        version.number(),
        version.key(),
        version.status(),
        version.manifest(),
        version.format(),
        version.schema(),
        attachments,
        version.metrics(),
        version.parameters(),
        version.datasets(),
        version.run(),
        version.parent(),
        version.registeredDescription(),
        version.createdBy(),
        version.createdAt());
  }
}
