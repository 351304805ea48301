package dev.endolith.registry.sql;

import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens no channel to a network, and counts who asks; found by name, in a process of its own. */
public final class RefusingSelectorProvider extends SelectorProvider {
  static AtomicInteger opened = new AtomicInteger();

  /** Called by the JDK. */
  public RefusingSelectorProvider() {}

  private static IllegalStateException refused() {
    opened.incrementAndGet();
    return new IllegalStateException("no sockets here");
  }

  @Override
  public DatagramChannel openDatagramChannel() {
    throw refused();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) {
    throw refused();
  }

  @Override
  public Pipe openPipe() {
    throw refused();
  }

  @Override
  public AbstractSelector openSelector() {
    throw refused();
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() {
    throw refused();
  }

  @Override
  public SocketChannel openSocketChannel() {
    throw refused();
  }
}
