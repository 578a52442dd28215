package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket filter that has Linux drop the first segment (SYN) of each new connection to a listening
 * socket. No handshake begins any more; those under way end, and {@code accept} goes on. A client
 * whose segment was dropped sends it again a second later, and is refused if the socket has closed
 * by then: it has sent no request.
 *
 * <p>It needs no privileges, and stays until the socket closes. It belongs to the socket, not to
 * the descriptor: another process that has the socket, too, would get no new connections either.
 */
final class SynFilter {

  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  // of Linux: socket(7), linux/filter.h, asm-generic/socket.h
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int POINTER = 8;

  /**
   * The flags SYN and ACK in the byte of a TCP header that has them, with which a packet begins.
   */
  private static final int FLAGS = 13;

  private static final int SYN = 0x02;
  private static final int SYN_AND_ACK = 0x12;

  /** Instructions of the classic packet filter: code, jump if true, jump if false, operand. */
  private static final int[][] PROGRAM = {
    {0x30, 0, 0, FLAGS}, // load a byte
    {0x54, 0, 0, SYN_AND_ACK}, // and
    {0x15, 0, 1, SYN}, // jump if equal
    {0x06, 0, 0, 0}, // drop
    {0x06, 0, 0, -1}, // keep whole
  };

  private static final int INSTRUCTION = 8;

  private SynFilter() {}

  /**
   * Sets the filter, where there is one.
   *
   * @param listening a listening socket of any transport
   * @return whether no new handshake begins; false on another system than Linux, on NIO, for
   *     another socket than one of TCP, and where the system forbids it
   */
  static boolean set(Channel listening) {
    if (!"Linux".equals(System.getProperty("os.name"))
        || !(listening.localAddress() instanceof InetSocketAddress)) {
      return false;
    }
    try {
      return Buffer.addressSize() == POINTER && setProgram(listening);
    } catch (RuntimeException | LinkageError e) {
      log.debug(
          "{} takes no socket filter and closes without: {}",
          listening.localAddress(),
          e.toString());
      return false;
    }
  }

  private static boolean setProgram(Channel listening) {
    ByteBuffer program = direct(PROGRAM.length * INSTRUCTION);
    for (int[] line : PROGRAM) {
      program.putShort((short) line[0]).put((byte) line[1]).put((byte) line[2]).putInt(line[3]);
    }
    ByteBuffer option = direct(2 * POINTER);
    option.putShort(0, (short) PROGRAM.length).putLong(POINTER, Buffer.memoryAddress(program));
    RawUnixChannelOption attach =
        new RawUnixChannelOption(
            "SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, option.remaining());
    try {
      return listening.config().setOption(attach, option);
    } finally {
      Reference.reachabilityFence(program); // from now on the system has a copy
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
