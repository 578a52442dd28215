package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** What a client and a server say to each other on one connection that is kept. */
interface Conversation {

  /** Opens one. */
  interface Opening {
    Conversation open() throws IOException;
  }

  /** The connection; non-blocking. */
  SocketChannel channel();

  /** How many requests may be under way at once. */
  int depth();

  /** Sends requests, all in one write. */
  void ask(int requests) throws IOException;

  /**
   * Reads what has come.
   *
   * @return how many answers ended with it
   */
  int answers() throws IOException;
}
