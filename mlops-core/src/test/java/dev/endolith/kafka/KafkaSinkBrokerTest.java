package dev.endolith.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.LogListener;
import dev.endolith.serving.PredictionLog;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Served;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink against Apache Kafka itself, read by its own consumer. */
@Timeout(120)
class KafkaSinkBrokerTest {
  private record Ask(double income, String job) {}

  private static final Classification<Ask, Boolean> TASK =
      Task.classify(Ask.class, Boolean.class).key(Ask::job).build();
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  /** More than the 8 192 predictions that wait for a log in memory, and the 512 being written. */
  private static final int MANY = 9_000;

  /** Says yes. */
  private static final ModelFormat YES =
      ModelFormat.of("yes", TASK, content -> ask -> Classified.of(TASK, 0.25, 0.75));

  @TempDir static Path folder;
  private static KafkaBroker broker;

  private final PredictionLog log = PredictionLog.inMemory();
  private Workspace workspace;

  @BeforeAll
  static void start() throws Exception {
    broker = new KafkaBroker(folder.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    broker.stop();
  }

  @BeforeEach
  void champion() {
    broker.start();
    workspace = Workspace.builder().format(YES).open();
    var models = workspace.models();
    var version =
        models.register("m", Candidate.of("yes", TASK.features().schema(), new byte[] {1}));
    models.transition("m", version.number(), VersionState.VALIDATED, "test");
    models.transition("m", version.number(), VersionState.APPROVED, "test");
    models.move("m", Alias.CHAMPION, version.number(), "test");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static void topic(String name, int partitions) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }
  }

  private static Producer<String, String> producer(Map<String, Object> further) {
    Map<String, Object> settings = new HashMap<>(further);
    settings.put("bootstrap.servers", broker.address());
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  /** A message that comes before the brokers have told of its topic waits, too, and is refused. */
  private static void meet(Producer<String, String> producer, String topic) {
    while (true) {
      try {
        assertThat(producer.partitionsFor(topic)).hasSize(1);
        return;
      } catch (TimeoutException e) {
        // not within max.block.ms; it is being asked for
      }
    }
  }

  /** What a topic holds, partition by partition, in order. */
  private static List<Map<?, ?>> read(String topic, int partitions) {
    List<Map<?, ?>> messages = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringDeserializer(),
            new StringDeserializer())) {
      for (int p = 0; p < partitions; p++) {
        TopicPartition partition = new TopicPartition(topic, p);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
          for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofSeconds(1))) {
            Map<?, ?> read = CanonicalJson.read(message.value(), Map.class);
            assertThat(message.key()).isEqualTo(read.get("id"));
            messages.add(read);
          }
        }
      }
    }
    return messages;
  }

  @Test
  void predictionsLabelsAndCorrections_arriveInOrder() throws Exception {
    topic("ordered", 3);
    List<Served<Boolean>> served = new ArrayList<>();
    try (Producer<String, String> producer = producer(Map.of())) {
      KafkaSink sink = KafkaSink.of(producer, "ordered");
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", TASK, workspace.models()).log(PredictionLog.tee(log, sink)).build()) {
        for (int i = 0; i < 300; i++) {
          served.add(deployment.predict(new Ask(i, "clerk")));
        }
        for (Served<Boolean> answer : served) {
          deployment.feedback(List.of(new Feedback(answer.id(), "", "false", NOON)));
        }
        for (Served<Boolean> answer : served) {
          deployment.feedback(List.of(new Feedback(answer.id(), "", "true", NOON.plusSeconds(1))));
        }
      }
      producer.flush();
      assertThat(sink.sent()).isEqualTo(900);
      assertThat(sink.lost()).isZero();
    }
    List<Map<?, ?>> messages = read("ordered", 3);
    assertThat(messages).hasSize(900);
    for (Served<Boolean> answer : served) {
      List<Map<?, ?>> own =
          messages.stream().filter(m -> m.get("id").equals(answer.id().toString())).toList();
      assertThat(own.stream().map(m -> String.valueOf(m.get("type"))))
          .containsExactly("prediction", "label", "correction");
      assertThat(own.get(0).get("scores")).isEqualTo(List.of(0.25, 0.75));
      assertThat(own.get(1).get("label")).isEqualTo("false");
      assertThat(own.get(2).get("label")).isEqualTo("true");
      assertThat(own.get(2).get("before")).isEqualTo("false");
    }
  }

  /** Counts how often the log was written. */
  private static final class Appends implements LogListener {
    private final AtomicLong count = new AtomicLong();

    @Override
    public void predicted(List<PredictionRecord> records) {
      count.incrementAndGet();
    }
  }

  /** The producer, counting what it is given. */
  @SuppressWarnings("unchecked")
  private static Producer<String, String> counted(
      Producer<String, String> producer, AtomicLong given) {
    return (Producer<String, String>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("send")) {
                given.incrementAndGet();
              }
              return method.invoke(producer, arguments);
            });
  }

  @Test
  void brokerStops_fullLogGoesOn_lossesAreCounted_andWhatComesAfterItsReturnArrives()
      throws Exception {
    topic("outage", 1);
    Appends appends = new Appends();
    List<String> asked = new ArrayList<>();
    // room for some 200 messages
    try (Producer<String, String> producer =
        producer(Map.of("buffer.memory", 1 << 16, "max.block.ms", 20))) {
      meet(producer, "outage");
      AtomicLong given = new AtomicLong();
      KafkaSink sink = KafkaSink.of(counted(producer, given), "outage");
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", TASK, workspace.models())
              .log(PredictionLog.tee(PredictionLog.tee(log, sink), appends))
              .build()) {
        predict(deployment, 10, asked);
        deployment.flush();
        producer.flush();
        assertThat(sink.sent()).isEqualTo(10);

        broker.stop();
        predict(deployment, MANY, asked); // 20 ms each would be three minutes
        deployment.flush();
        assertThat(log.counts("m").predictions()).isEqualTo(MANY + 10);
        assertThat(sink.lost()).isPositive();

        broker.start();
        producer.flush();
        var unused = read("outage", 1); // waits until the topic is there again
        meet(producer, "outage");
        predict(deployment, 10, asked);
        deployment.flush();
        producer.flush();
      }
      assertThat(sink.sent() + sink.lost()).isEqualTo(MANY + 20);
      // what was refused made the log wait: once an append at most
      assertThat(given.get() - sink.sent()).isBetween(1L, appends.count.get());
      List<String> arrived =
          read("outage", 1).stream().map(m -> String.valueOf(m.get("id"))).toList();
      assertThat(arrived).hasSize((int) sink.sent()).doesNotHaveDuplicates();
      assertThat(asked).containsSubsequence(arrived);
      assertThat(arrived).endsWith(asked.subList(MANY + 10, MANY + 20).toArray(new String[0]));
    }
  }

  @Test
  void brokerStops_sampledLog_neverWaits() throws Exception {
    topic("sampled", 1);
    int many = 2 * MANY;
    try (Producer<String, String> producer = producer(Map.of("buffer.memory", 1 << 16))) {
      KafkaSink sink = KafkaSink.of(producer, "sampled");
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", TASK, workspace.models())
              .sampledLog(PredictionLog.tee(log, sink), 1)
              .build()) {
        predict(deployment, 1, new ArrayList<>());
        deployment.flush();
        producer.flush();
        broker.stop();
        // the thread that writes the log waits up to a minute for room; this one must not
        predict(deployment, many, new ArrayList<>());
        long lost = deployment.status().lostRecords();
        assertThat(lost).isBetween((long) many - 8_192 - 2 * 512, (long) many);
        broker.start();
        deployment.flush();
        producer.flush();
        assertThat(log.counts("m").predictions()).isEqualTo(many + 1 - lost);
        assertThat(sink.sent() + sink.lost()).isEqualTo(many + 1 - lost);
        assertThat(read("sampled", 1)).hasSize((int) sink.sent());
      }
    }
  }

  private static void predict(Deployment<Ask, Boolean> deployment, int many, List<String> ids) {
    for (int i = 0; i < many; i++) {
      ids.add(deployment.predict(new Ask(i, "clerk")).id().toString());
    }
  }
}
