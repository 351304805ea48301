package dev.endolith.registry.artifact.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.endolith.data.Digest;
import dev.endolith.error.EndolithException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.artifact.s3.FaultyHttp.Fault;
import dev.endolith.tck.ArtifactStoreContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3ArtifactStoreTest extends ArtifactStoreContract {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(CONTENT);
  private static final Instant FUTURE = Instant.parse("3000-01-01T00:00:00Z");

  @TempDir private static Path folder;
  private static FaultyHttp http;
  private static S3Service service;

  /** The JDK keeps five idle connections, and an earlier fault may have broken each of them. */
  private static final int ATTEMPTS = 8;

  private static S3Client client;
  private static S3Client once;

  private String prefix = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws Exception {
    http = new FaultyHttp();
    service = S3Service.start(http, folder);
    client = service.client(http, ATTEMPTS);
    once = service.client(http, 1);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    once.close();
    service.stop();
  }

  @Override
  protected ArtifactStore fresh() {
    return open(client);
  }

  @Override
  protected ArtifactStore another(ArtifactStore open) {
    return open(client);
  }

  @Override
  protected ArtifactStore reopen(ArtifactStore open) {
    open.close();
    return open(client);
  }

  @Test
  void open_service_isDurableSharedAndCollectable() {
    assertThat(fresh().capabilities()).containsExactlyInAnyOrder(ArtifactStore.Capability.values());
    assertThat(keys("probe/")).as("what was tried is deleted").isEmpty();
  }

  @Test
  void put_severalParts_isReadAndStreamed() throws IOException {
    ArtifactStore store = fresh();
    byte[] content = random(20 * 1024 * 1024 + 5);

    Digest digest = store.put(new ByteArrayInputStream(content));

    assertThat(digest).isEqualTo(Digest.of(content));
    assertThat(store.size(digest)).hasValue(content.length);
    try (InputStream stream = store.stream(digest)) {
      assertThat(stream.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void put_wholeParts_isRead() {
    ArtifactStore store = fresh();
    byte[] content = random(16 * 1024 * 1024);

    assertThat(store.read(store.put(content), content.length)).isEqualTo(content);
  }

  @Test
  void put_again_keepsOneContent() {
    ArtifactStore store = fresh();
    for (int i = 0; i < 3; i++) {
      store.put(CONTENT);
      store.put(new ByteArrayInputStream(CONTENT));
    }

    assertThat(keys("data/")).hasSize(1);
  }

  @Test
  void purge_blob_deletesItsContent() {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    store.quarantine(DIGEST, FUTURE);

    assertThat(store.purge(DIGEST, FUTURE)).isTrue();

    assertThat(keys("data/")).isEmpty();
  }

  @Test
  void read_contentWasExchanged_isRefusedAndMendedByStoringAgain() {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    for (byte[] other :
        List.of(
            new byte[0], new byte[CONTENT.length], "contents".getBytes(StandardCharsets.UTF_8))) {
      client.putObject(
          request -> request.bucket(S3Service.BUCKET).key(prefix + "/data/" + keys("data/").get(0)),
          RequestBody.fromBytes(other));

      assertThatThrownBy(() -> store.read(DIGEST, 100)).isInstanceOf(IntegrityException.class);
      assertThatThrownBy(() -> store.stream(DIGEST)).isInstanceOf(IntegrityException.class);
      store.put(new ByteArrayInputStream(CONTENT));
      assertThat(store.read(DIGEST, 100)).isEqualTo(CONTENT);
    }
  }

  @Test
  void read_contentIsGone_isRefusedAndMendedByStoringAgain() {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    client.deleteObject(
        request -> request.bucket(S3Service.BUCKET).key(prefix + "/data/" + keys("data/").get(0)));

    assertThatThrownBy(() -> store.read(DIGEST, 100)).isInstanceOf(IntegrityException.class);
    store.put(CONTENT);
    assertThat(store.read(DIGEST, 100)).isEqualTo(CONTENT);
  }

  @Test
  void read_recordIsDamaged_isRefused() {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    for (String record : List.of("", "1 LIVE", "1 LIVE x 7 1970-01-01T00:00:00Z w", "no record")) {
      client.putObject(
          request -> request.bucket(S3Service.BUCKET).key(prefix + "/blobs/" + DIGEST.hex()),
          RequestBody.fromString(record));

      assertThatThrownBy(() -> store.read(DIGEST, 100))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("record of blob " + DIGEST);
    }
  }

  @Test
  void pin_manyWriters_allSucceed() throws Exception {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> pins = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pins.add(executor.submit(() -> open(client).pin(DIGEST).isPresent()));
      }
      for (Future<Boolean> pin : pins) {
        assertThat(pin.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void put_oneRequestFails_isRepeated(Fault fault) {
    ArtifactStore store = fresh();
    int k = 0;
    boolean happened;
    do {
      k++;
      byte[] content = random(10_000 + k);
      http.arm(fault, k);
      Throwable failure = catchThrowable(() -> store.put(content));
      happened = http.disarm();
      if (failure == null) {
        assertThat(store.read(Digest.of(content), content.length)).isEqualTo(content);
      } else {
        // a damaged answer or request is not always repeated by the SDK
        assertTypedWithoutAddress(failure);
        assertThat(store.put(content)).isEqualTo(Digest.of(content));
      }
    } while (happened);
    assertThat(k).as("requests of one put").isGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void anything_oneRequestFailsForGood_isWholeOrAbsent(Fault fault) {
    anythingFailsForGood(fault, 3);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Tag("long")
  void anything_anyRequestFailsForGood_isWholeOrAbsent(Fault fault) {
    anythingFailsForGood(fault, 1);
  }

  /** One request in so many fails; of each fault others. */
  private void anythingFailsForGood(Fault fault, int stride) {
    ArtifactStore store = open(once);
    ArtifactStore healthy = fresh();
    int k = Math.floorMod(fault.name().hashCode(), stride) + 1;
    int unarmed = 0;
    boolean finished = false;
    for (int round = 0; !finished; round++) {
      byte[] content = random(9 * 1024 * 1024 + round);
      Digest digest = Digest.of(content);
      http.arm(fault, k);
      Throwable failure =
          catchThrowable(
              () -> {
                store.put(new ByteArrayInputStream(content));
                assertThat(store.pin(digest)).hasValue(content.length);
                assertThat(store.read(digest, content.length)).isEqualTo(content);
                store.quarantine(digest, FUTURE);
                store.purge(digest, FUTURE);
              });
      boolean happened = http.disarm();
      if (failure != null) {
        assertTypedWithoutAddress(failure);
      }
      if (healthy.size(digest).isPresent()) {
        assertThat(healthy.read(digest, content.length)).isEqualTo(content);
      } else {
        assertThatThrownBy(() -> healthy.read(digest, content.length))
            .isInstanceOf(NotFoundException.class);
      }
      assertThat(healthy.put(new ByteArrayInputStream(content))).isEqualTo(digest);
      assertThat(healthy.read(digest, content.length)).isEqualTo(content);
      if (happened) {
        k += stride;
      } else if (failure == null) {
        finished = true;
      } else {
        // a connection that an earlier fault broke failed first: what was armed is tried again
        unarmed++;
        assertThat(unarmed).as("failures before the armed one: %s", failure).isLessThan(10);
      }
    }
    assertThat(k).as("requests of the whole").isGreaterThan(12);
  }

  @Test
  void open_bucketIsMissing_isRefusedWithoutAddress() {
    Throwable failure = catchThrowable(() -> S3Artifacts.open(client, "absent-bucket", prefix));

    assertTypedWithoutAddress(failure);
    assertThat(failure).hasMessageContaining("404").hasMessageNotContaining("absent-bucket");
  }

  @Test
  void close_thenUse_isRefused() {
    ArtifactStore store = fresh();
    store.close();

    assertThatThrownBy(() -> store.put(CONTENT)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.list(null, 1)).isInstanceOf(IllegalStateException.class);
  }

  private static void assertTypedWithoutAddress(Throwable failure) {
    assertThat(failure).isInstanceOf(EndolithException.class);
    if (failure instanceof StorageException) {
      assertThat(failure).hasNoCause();
    }
    assertThat(failure.getMessage()).doesNotContain("127.0.0.1", "http", S3Service.BUCKET);
  }

  private ArtifactStore open(S3Client through) {
    return S3Artifacts.open(through, S3Service.BUCKET, prefix);
  }

  private List<String> keys(String folder) {
    String start = prefix + "/" + folder;
    return client
        .listObjectsV2(request -> request.bucket(S3Service.BUCKET).prefix(start))
        .contents()
        .stream()
        .map(object -> object.key().substring(start.length()))
        .toList();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
