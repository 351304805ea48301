package dev.endolith.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Field;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.PredictionLog;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaSinkTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Schema SCHEMA =
      Schema.of(Field.number("income"), Field.category("job"), Field.number("gone"));
  private static final Id ID = new Id(1, 2);

  private final MockProducer<String, String> producer =
      new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());
  private final KafkaSink sink = KafkaSink.of(producer, "predictions");
  private final PredictionLog log = PredictionLog.tee(PredictionLog.inMemory(), sink);

  private static PredictionRecord prediction() {
    return prediction(2);
  }

  private static PredictionRecord prediction(int n) {
    return new PredictionRecord(
        new Id(1, n),
        "m",
        "k",
        NOON,
        3,
        2,
        Route.CHAMPION,
        Row.of(SCHEMA, new double[] {1.5, 0, Double.NaN}, new String[] {null, "clerk", null}),
        "yes",
        new double[] {0.25, 0.75});
  }

  @Test
  void append_prediction_isSentUnderItsId() {
    log.append(List.of(prediction()));
    ProducerRecord<String, String> message = producer.history().get(0);
    assertThat(message.topic()).isEqualTo("predictions");
    assertThat(message.key()).isEqualTo(ID.toString());
    assertThat(message.value())
        .isEqualTo(
            "{\"arm\":\"\",\"at\":\"2026-03-01T12:00:00Z\",\"deployment\":\"m\","
                + "\"experiment\":\"\",\"features\":{\"income\":1.5,\"job\":\"clerk\"},"
                + "\"generation\":2,\"id\":\""
                + ID
                + "\",\"key\":\"k\",\"propensity\":1.0,\"route\":\"CHAMPION\","
                + "\"scores\":[0.25,0.75],\"type\":\"prediction\",\"value\":\"yes\","
                + "\"version\":3}");
  }

  @Test
  void label_accepted_isSentUnderTheSameKey() {
    log.append(List.of(prediction()));
    log.label("m", List.of(new Feedback(null, "k", "no", NOON)));
    assertThat(producer.history()).hasSize(2);
    assertThat(producer.history().get(1).key()).isEqualTo(ID.toString());
    assertThat(producer.history().get(1).value())
        .contains("\"type\":\"label\"", "\"label\":\"no\"");
  }

  @Test
  void label_corrected_isSentWithWhatItReplaces() {
    log.append(List.of(prediction()));
    log.label("m", List.of(new Feedback(ID, "", "no", NOON)));
    log.label("m", List.of(new Feedback(ID, "", "yes", NOON.plusSeconds(1))));
    log.label("m", List.of(new Feedback(ID, "", "no", NOON)));
    assertThat(producer.history()).hasSize(3);
    assertThat(producer.history().get(2).key()).isEqualTo(ID.toString());
    assertThat(producer.history().get(2).value())
        .isEqualTo(
            "{\"at\":\"2026-03-01T12:00:01Z\",\"before\":\"no\",\"deployment\":\"m\",\"id\":\""
                + ID
                + "\",\"label\":\"yes\",\"type\":\"correction\"}");
  }

  @Test
  void counts_acknowledgedAndLost() {
    log.append(List.of(prediction()));
    assertThat(sink.sent()).isZero();
    producer.completeNext();
    assertThat(sink.sent()).isEqualTo(1);
    log.label("m", List.of(new Feedback(ID, "", "no", NOON)));
    producer.errorNext(new TimeoutException("no broker"));
    assertThat(sink.lost()).isEqualTo(1);
  }

  @Test
  void append_closedProducer_isCountedAndBreaksNothing() {
    producer.close();
    log.append(List.of(prediction()));
    assertThat(log.counts("m").predictions()).isEqualTo(1);
    assertThat(sink.lost()).isEqualTo(1);
  }

  @Test
  void append_noRoomInTime_waitsOnceAndCountsAll() {
    AtomicInteger waits = new AtomicInteger();
    try (Producer<String, String> full =
        new MockProducer<>(false, null, new StringSerializer(), new StringSerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, String> message, Callback callback) {
            waits.incrementAndGet();
            TimeoutException late = new TimeoutException("no room within max.block.ms");
            callback.onCompletion(null, late);
            return CompletableFuture.failedFuture(late);
          }
        }) {
      KafkaSink refused = KafkaSink.of(full, "predictions");
      PredictionLog logged = PredictionLog.tee(PredictionLog.inMemory(), refused);
      logged.append(IntStream.range(0, 512).mapToObj(KafkaSinkTest::prediction).toList());
      assertThat(waits).hasValue(1);
      assertThat(refused.lost()).isEqualTo(512);
      logged.append(List.of(prediction(512)));
      assertThat(waits).hasValue(2); // it is tried again
      assertThat(refused.lost()).isEqualTo(513);
    }
  }
}
