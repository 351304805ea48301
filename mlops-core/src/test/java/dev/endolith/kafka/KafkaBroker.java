package dev.endolith.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** Apache Kafka itself: one node, broker and controller, which can be stopped and started again. */
final class KafkaBroker {
  private final Map<String, Object> settings = new TreeMap<>();
  private final String address;
  private @Nullable KafkaRaftServer running;

  KafkaBroker(Path folder) throws Exception {
    int port = freePort();
    int controller = freePort(port);
    this.address = "127.0.0.1:" + port;
    settings.put("node.id", "1");
    settings.put("process.roles", "broker,controller");
    settings.put("listeners", "PLAINTEXT://" + address + ",CONTROLLER://127.0.0.1:" + controller);
    settings.put("advertised.listeners", "PLAINTEXT://" + address);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    settings.put("log.dirs", folder.toString());
    settings.put("num.partitions", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("log.cleaner.dedupe.buffer.size", "2097152"); // the least; 128 MiB otherwise
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName("CONTROLLER")
        .run();
  }

  /** Where clients find it. */
  String address() {
    return address;
  }

  /** Starts it where it does not run. */
  void start() {
    if (running != null) {
      return;
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    server.startup();
    running = server;
  }

  /** Stops it; what it acknowledged is on disk, and its clients' connections are cut. */
  void stop() {
    KafkaRaftServer server = running;
    running = null;
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
    }
  }

  /**
   * A port that nobody listens on, below those that systems give to outgoing connections, so that
   * it is free again after a restart.
   */
  private static int freePort(int... taken) throws IOException {
    int first = 20_000 + (int) (ProcessHandle.current().pid() % 1_000) * 10;
    for (int port = first; port < 32_000; port++) {
      if (taken.length > 0 && taken[0] == port) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // another process listens there
      }
    }
    throw new IOException("no port is free from " + first + " to 31999");
  }
}
