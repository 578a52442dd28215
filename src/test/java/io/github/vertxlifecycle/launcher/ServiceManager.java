package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Listens as systemd does on the socket of {@code NOTIFY_SOCKET}, and keeps what it hears. */
final class ServiceManager implements AutoCloseable {

  private static final long LIMIT_SECONDS = 120;

  private final String address;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final List<String> lines = new ArrayList<>(); // guarded by this

  /**
   * Listens.
   *
   * @param address a path, or an abstract name after {@code @}
   */
  ServiceManager(String address) {
    this.address = address;
    new Bootstrap()
        .group(group)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket one) {
                add(one.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(new DomainSocketAddress(address.replaceFirst("^@", "\0")))
        .syncUninterruptibly();
  }

  private synchronized void add(String message) {
    assertThat(message).endsWith("\n");
    lines.addAll(message.lines().toList());
    notifyAll();
  }

  /** What it puts into the environment of a service. */
  Map<String, String> environment() {
    return Map.of("NOTIFY_SOCKET", address);
  }

  /** The same, with a watchdog. */
  Map<String, String> environment(long watchdogMillis) {
    return Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", Long.toString(watchdogMillis * 1_000));
  }

  /** All lines so far. */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines so far, but for those that come with the time. */
  List<String> milestones() {
    return lines().stream().filter(line -> line.matches("(READY|STOPPING)=.*")).toList();
  }

  /** What came with this key, in the order in which it came. */
  List<String> values(String key) {
    return lines().stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .toList();
  }

  /** Waits until a line holds this text. */
  ServiceManager hears(String part) {
    return hears(all -> all.stream().anyMatch(line -> line.contains(part)));
  }

  /** Waits until what it has heard is as it should be. */
  synchronized ServiceManager hears(Predicate<List<String>> expected) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!expected.test(lines)) {
      long left = (until - System.nanoTime()) / 1_000_000;
      assertThat(left).as("heard only %s", lines).isPositive();
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return this;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
