package dev.endolith.kafka;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Field;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.registry.Names;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.LogListener;
import dev.endolith.serving.PredictionRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a prediction log stored to a topic, as JSON. Give it to {@code PredictionLog.tee(log,
 * sink)}: records are those after the privacy policy. Thread-safe.
 *
 * <p>A message is keyed by the prediction's id, so that a prediction and its labels are in one
 * partition, in order. Its JSON has {@code type}: {@code prediction}, {@code label} or {@code
 * correction}, which has the label {@code before}; numbers that are missing are absent. What cannot
 * be sent is counted and not sent again: the log has it.
 *
 * <p>While the brokers cannot be reached the producer keeps what fits into its {@code
 * buffer.memory} and then blocks the thread that writes the log: for its {@code max.block.ms} an
 * append, whose other predictions are counted as lost, and for as long a label. Set it small: a
 * deployment appends up to 512 predictions at once, and one with a full log answers no faster than
 * its log is written. The same holds until the producer knows the topic: {@code
 * partitionsFor(topic)} before the first prediction spares its loss.
 */
public final class KafkaSink implements LogListener {
  private final Producer<String, String> producer;
  private final String topic;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  private KafkaSink(Producer<String, String> producer, String topic) {
    this.producer = producer;
    this.topic = Names.check("topic", topic);
  }

  /**
   * A sink.
   *
   * @param producer sends texts; the host configures and closes it
   * @param topic the topic: letters, digits, {@code _ . -}
   * @return the sink
   * @throws IllegalArgumentException if the topic's name breaks the rule
   */
  public static KafkaSink of(Producer<String, String> producer, String topic) {
    return new KafkaSink(producer, topic);
  }

  /**
   * Messages that the brokers acknowledged.
   *
   * @return how many, since it was made
   */
  public long sent() {
    return sent.get();
  }

  /**
   * Messages that could not be sent.
   *
   * @return how many, since it was made
   */
  public long lost() {
    return lost.get();
  }

  @Override
  public void predicted(List<PredictionRecord> records) {
    for (int i = 0; i < records.size(); i++) {
      PredictionRecord record = records.get(i);
      if (!send(record.id().toString(), json(record))) {
        // each further one would wait as long, and serving threads for the log behind them
        lost.addAndGet(records.size() - i - 1L);
        return;
      }
    }
  }

  @Override
  public void labelled(String deployment, FeedbackResult.Accepted accepted, Feedback feedback) {
    send(
        accepted.prediction().toString(),
        json("label", deployment, accepted.prediction(), feedback));
  }

  @Override
  public void corrected(String deployment, FeedbackResult.Corrected corrected, Feedback feedback) {
    Map<String, Object> message = json("correction", deployment, corrected.prediction(), feedback);
    message.put("before", corrected.before());
    send(corrected.prediction().toString(), message);
  }

  private static Map<String, Object> json(
      String type, String deployment, Id prediction, Feedback feedback) {
    Map<String, Object> message = new TreeMap<>();
    message.put("type", type);
    message.put("id", prediction.toString());
    message.put("deployment", deployment);
    message.put("label", feedback.label());
    message.put("at", feedback.at());
    return message;
  }

  /** Whether it is worth trying the next one: false if this one found no room in time. */
  @SuppressWarnings("FutureReturnValueIgnored") // the acknowledgement is told the same
  private boolean send(String key, Map<String, Object> message) {
    Acknowledgement acknowledgement = new Acknowledgement(Thread.currentThread());
    try {
      producer.send(
          new ProducerRecord<>(topic, key, CanonicalJson.write(message)), acknowledgement);
    } catch (KafkaException | IllegalStateException e) {
      lost.incrementAndGet(); // the producer is closed or fenced, or this thread interrupted
    }
    return !acknowledgement.foundNoRoom;
  }

  /** Counts what became of a message, on the producer's thread or, if refused, on the sender's. */
  private final class Acknowledgement implements Callback {
    private final Thread sender;
    private boolean foundNoRoom;

    Acknowledgement(Thread sender) {
      this.sender = sender;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
      (failure == null ? sent : lost).incrementAndGet();
      if (failure instanceof TimeoutException && Thread.currentThread() == sender) {
        foundNoRoom = true; // or no broker that knows the topic
      }
    }
  }

  private static Map<String, Object> json(PredictionRecord record) {
    Map<String, Object> message = new TreeMap<>();
    message.put("type", "prediction");
    message.put("id", record.id().toString());
    message.put("deployment", record.deployment());
    message.put("key", record.key());
    message.put("at", record.at());
    message.put("version", record.version());
    message.put("generation", record.generation());
    message.put("route", record.route().name());
    message.put("features", features(record.features()));
    message.put("value", record.value());
    message.put("scores", Arrays.stream(record.scores()).boxed().toList());
    message.put("experiment", record.assignment().experiment());
    message.put("arm", record.assignment().arm());
    message.put("propensity", record.assignment().propensity());
    return message;
  }

  private static Map<String, Object> features(Row row) {
    Map<String, Object> features = new TreeMap<>();
    for (int i = 0; i < row.schema().size(); i++) {
      if (!row.isMissing(i)) {
        Field field = row.schema().field(i);
        if (field.type().numeric()) {
          features.put(field.name(), row.number(i));
        } else {
          features.put(field.name(), String.valueOf(row.category(i)));
        }
      }
    }
    return features;
  }
}
