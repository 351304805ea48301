package dev.endolith.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/**
 * Names a process so that others can tell whether it is certainly gone: host, number, and start,
 * because numbers are used again.
 */
final class ProcessIdentity {
  private ProcessIdentity() {}

  static String current() {
    return describe(ProcessHandle.current());
  }

  /** True only if the process was on this machine, as {@code self} is, and is certainly gone. */
  static boolean isDead(String process, String self) {
    String[] parts = process.split("/", -1);
    String[] own = self.split("/", -1);
    if (parts.length != 3 || !parts[0].equals(own[0])) {
      return false;
    }
    return ProcessHandle.of(Long.parseLong(parts[1]))
        .filter(ProcessHandle::isAlive)
        .map(alive -> !describe(alive).equals(process))
        .orElse(true);
  }

  private static String describe(ProcessHandle process) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return host.replace('/', '-') + "/" + process.pid() + "/" + start;
  }
}
