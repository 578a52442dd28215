package io.github.vertxlifecycle.junit5;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that sends back what it gets, and a half-closed connection back too. */
final class Echo implements AutoCloseable {

  private final ServerSocket socket;
  private final Thread accepts;
  final AtomicInteger received = new AtomicInteger();
  final CountDownLatch lost = new CountDownLatch(1);

  Echo() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    accepts = new Thread(this::accept, "echo");
    accepts.setDaemon(true);
    accepts.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread thread = new Thread(() -> echo(client), "echo one");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void echo(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      byte[] bytes = new byte[1024];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        received.addAndGet(read);
        client.getOutputStream().write(bytes, 0, read);
      }
    } catch (IOException e) {
      lost.countDown();
    }
  }

  /** Returns when nobody is accepted any more: a thread in accept may take one after the close. */
  @Override
  public void close() {
    try {
      socket.close();
      accepts.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
