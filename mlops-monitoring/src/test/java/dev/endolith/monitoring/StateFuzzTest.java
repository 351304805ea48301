package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.error.EndolithException;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.World.Order;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.profile.QuantileSketch;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.profile.StreamedAnswers;
import dev.endolith.monitoring.profile.StreamedProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.quality.Check;
import dev.endolith.monitoring.quality.DataCheck;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.Inspection;
import dev.endolith.monitoring.quality.Measure;
import dev.endolith.monitoring.quality.MetricHistory;
import dev.endolith.monitoring.quality.QualityContext;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.serving.LogEntry;
import dev.endolith.tck.Mutations;
import dev.endolith.watch.WatchSession;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a saved state was turned into, reading it answers or refuses with an error of ours, in
 * memory that does not depend on what the bytes claim; and what was read can be used. {@code
 * -Dseed=N} begins at a seed; the long test gives {@code endolith.fuzz.inputs} to each.
 */
class StateFuzzTest {
  private static final int INPUTS = 150;

  /** Some inputs are 100 KB; none may claim more than this for being read and used. */
  private static final long MOST_BYTES = 64L << 20;

  private static final byte[] REFERENCE =
      Monitor.drift(Window.rows(300))
          .segments("country", 2)
          .open(World.TASK)
          .reference(
              new World(1).rows(1_000, Mood.USUAL),
              new World(2).rows(500, Mood.USUAL),
              World.MODEL);
  private static final ReferenceProfile PROFILE = ReferenceProfile.fromJson(text(REFERENCE));
  private static final Features<Order> FEATURES = World.TASK.features();
  private static final Features<Row> ROWS = Features.rows(FEATURES.schema());
  private static final Segments<Row> SEGMENTS = Segments.by(ROWS, PROFILE, "country", 2);
  private static final Expectations RULES =
      Expectations.builder()
          .warn(Check.unique("amount", "country"))
          .warn(Check.present("discount"))
          .warn(Check.missing("discount", 0.5))
          .warn(Check.fresh("day", Duration.ofDays(1)))
          .warn(new DataCheck.References("items", "discount"))
          .warn(new DataCheck.Bounded(Measure.MEAN, "amount", 45, 55))
          .warn(new DataCheck.Bounded(Measure.DISTINCT, "country", 3, 5))
          .warn(new DataCheck.Bounded(Measure.DISTINCT, "amount", 3, 5))
          .warn(new DataCheck.Bounded(Measure.MEAN_LENGTH, "country", 3, 5))
          .warn(new DataCheck.Distributed(List.of(), 0.001, 0.2))
          .build();
  private static final QualityContext CONTEXT =
      QualityContext.of(Clock.fixed(Instant.EPOCH.plusSeconds(5_000_000), ZoneOffset.UTC))
          .withReference(PROFILE)
          .withMostDistinct(64);
  private static final Monitor MONITOR =
      Monitor.drift(Window.rows(60))
          .segments("country", 2)
          .against(Against.previous(1))
          .quality(RULES);
  private static final List<LogEntry> MORE = new World(10).live(65, Mood.SHIFTED, 3);

  /** What is read: good bytes, and how they are read and used. */
  enum Target {
    INSPECTION {
      @Override
      List<byte[]> good() {
        List<byte[]> states = new ArrayList<>();
        for (int rows : List.of(0, 5, 500)) { // more than are remembered, at last
          Inspection<Order> inspection = RULES.inspect(FEATURES, CONTEXT);
          new World(3).rows(rows, Mood.USUAL).forEach(e -> inspection.add(e.x()));
          states.add(inspection.state());
        }
        return states;
      }

      @Override
      void use(byte[] input) {
        Inspection<Order> inspection = RULES.inspect(FEATURES, CONTEXT);
        inspection.restore(input);
        List<Expectation> unused = inspection.add(new World(4).order(Mood.USUAL));
        assertThat(inspection.report().toJson()).isNotEmpty();
        assertThat(inspection.state()).isNotEmpty();
      }
    },
    MONITOR_STATE {
      @Override
      List<byte[]> good() {
        return states();
      }

      @Override
      void use(byte[] input) {
        WatchSession session =
            MONITOR.open(World.TASK).start(World.version(), REFERENCE, Optional.of(text(input)));
        assertThat(session.health()).isNotNull();
        MORE.forEach(session::observe); // a window is over, and is told of
        assertThat(session.state()).isNotEmpty();
      }
    },
    MONITOR_HISTORY {
      @Override
      List<byte[]> good() {
        return states();
      }

      @Override
      void use(byte[] input) {
        String state = text(input);
        assertThat(MonitorHistory.read(state).windows()).isNotNull();
        assertThat(MonitorHistory.segments(state)).isNotNull();
        assertThat(MonitorHistory.findings(state)).isNotNull();
        assertThat(MonitorHistory.rules(state)).isNotNull();
        assertThat(MonitorHistory.segments(state, REFERENCE)).isNotNull();
        assertThat(MonitorHistory.lastReport(state, PROFILE).toJson()).isNotEmpty();
      }
    },
    WINDOW_JSON {
      @Override
      List<byte[]> good() {
        return List.of(bytes(window().toJson()));
      }

      @Override
      void use(byte[] input) {
        Drift.compare(PROFILE, WindowProfile.fromJson(PROFILE, text(input))).toJson();
      }
    },
    WINDOW_BYTES {
      @Override
      List<byte[]> good() {
        return List.of(window().toBytes());
      }

      @Override
      void use(byte[] input) {
        Drift.compare(PROFILE, WindowProfile.read(PROFILE, input)).toJson();
      }
    },
    SEGMENT_COUNTS {
      @Override
      List<byte[]> good() {
        Segments.Counts<Row> counts = SEGMENTS.counts();
        for (LogEntry entry : new World(5).live(100, Mood.USUAL, 0)) {
          counts.count(entry.prediction().features());
        }
        return List.of(counts.toBytes());
      }

      @Override
      void use(byte[] input) {
        assertThat(Segments.Counts.read(SEGMENTS, input).toBytes()).isNotEmpty();
      }
    },
    QUANTILES {
      @Override
      List<byte[]> good() {
        QuantileSketch few = QuantileSketch.create(64, 1);
        QuantileSketch many = QuantileSketch.create(64, 1);
        for (int i = 0; i < 10_000; i++) {
          many.update(i * 0.1);
        }
        few.update(1);
        return List.of(few.toBytes(), many.toBytes());
      }

      @Override
      void use(byte[] input) {
        QuantileSketch sketch = QuantileSketch.read(input);
        sketch.update(3);
        assertThat(sketch.toBytes()).isNotEmpty();
      }
    },
    STREAMED {
      @Override
      List<byte[]> good() {
        List<byte[]> profiles = new ArrayList<>();
        for (int rows : List.of(0, 50, 2_000)) {
          StreamedProfile<Order> profile = StreamedProfile.of(FEATURES, 1);
          new World(6).rows(rows, Mood.USUAL).forEach(e -> profile.add(e.x()));
          profiles.add(profile.toBytes());
        }
        return profiles;
      }

      @Override
      void use(byte[] input) {
        StreamedProfile<Order> profile = StreamedProfile.read(FEATURES, input);
        profile.add(new World(7).order(Mood.USUAL));
        assertThat(profile.build().toJson()).isNotEmpty();
      }
    },
    ANSWERS {
      @Override
      List<byte[]> good() {
        List<byte[]> answers = new ArrayList<>();
        for (int rows : List.of(0, 50, 2_000)) {
          StreamedAnswers<Order, Boolean> some = StreamedAnswers.of(World.TASK, World.MODEL, 1);
          new World(6).rows(rows, Mood.USUAL).forEach(some::add);
          answers.add(some.toBytes());
        }
        return answers;
      }

      @Override
      void use(byte[] input) {
        StreamedAnswers<Order, Boolean> answers =
            StreamedAnswers.read(World.TASK, World.MODEL, input);
        new World(7).rows(1, Mood.USUAL).forEach(answers::add);
        answers.merge(StreamedAnswers.of(World.TASK, World.MODEL, 2));
        assertThat(StreamedProfile.of(FEATURES, 1).build(answers).toJson()).isNotEmpty();
      }
    },
    METRIC_HISTORY {
      @Override
      List<byte[]> good() {
        return List.of(
            bytes(MetricHistory.EMPTY.plus(Instant.EPOCH, Map.of("rows()", 3.0)).toJson()));
      }

      @Override
      void use(byte[] input) {
        assertThat(MetricHistory.fromJson(text(input)).toJson()).isNotEmpty();
      }
    },
    EXPECTATIONS {
      @Override
      List<byte[]> good() {
        return List.of(bytes(RULES.toJson()));
      }

      @Override
      void use(byte[] input) {
        assertThat(Expectations.fromJson(text(input)).toJson()).isNotEmpty();
      }
    };

    abstract List<byte[]> good();

    abstract void use(byte[] input);
  }

  private static WindowProfile window() {
    return WindowProfile.of(PROFILE, new World(8).rows(100, Mood.SHIFTED));
  }

  private static List<byte[]> states() {
    List<byte[]> states = new ArrayList<>();
    for (int rows : List.of(0, 50, 210)) {
      WatchSession session =
          MONITOR.open(World.TASK).start(World.version(), REFERENCE, Optional.empty());
      World world = new World(9);
      for (Mood mood : List.of(Mood.USUAL, Mood.SHIFTED)) {
        for (LogEntry entry : world.live(rows / 2, mood, 3)) {
          session.observe(entry);
        }
      }
      states.add(bytes(session.state()));
    }
    return states;
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void read_mutatedStates_answersOrRefuses(Target target) {
    fuzz(target, INPUTS);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void read_manyMutatedStates_answersOrRefuses(Target target) {
    fuzz(target, Integer.getInteger("endolith.fuzz.inputs", 100_000));
  }

  private static void fuzz(Target target, int inputs) {
    long seed = Long.getLong("seed", new Random().nextLong());
    List<byte[]> good = target.good();
    good.forEach(target::use);
    Mutations mutations = new Mutations(seed, good);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < inputs; i++) {
      byte[] input = mutations.next();
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        target.use(input);
        answers.merge("answered", 1, Integer::sum);
      } catch (EndolithException e) {
        answers.merge("refused", 1, Integer::sum);
      } catch (Throwable e) {
        throw new AssertionError(
            target + ", -Dseed=" + seed + ", input " + i + ": " + text(input), e);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("%s, -Dseed=%d, input %d", target, seed, i)
          .isLessThan(MOST_BYTES);
    }
    assertThat(answers).as("-Dseed=%d", seed).containsKey("refused"); // it was not passed over
  }
}
