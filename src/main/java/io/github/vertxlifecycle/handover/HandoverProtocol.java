package io.github.vertxlifecycle.handover;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What the two processes say to each other over a Unix domain socket, one line each:
 *
 * <pre>
 *   successor                         predecessor
 *   HELLO 1 MILLISECONDS      ──▶                              so long may my start take
 *                             ◀──     SOCKETS N                then N lines, one for each:
 *                             ◀──     own | kept [PATH]        kept: a supervisor's
 *   TAKE                      ──▶
 *                             ◀──     (N descriptors)          SCM_RIGHTS, unix(7)
 *   READY I J …               ──▶                              I serve, on those of them
 *                             ◀──     YOURS                    I have closed them
 * </pre>
 *
 * <p>The predecessor says {@code NO REASON} instead of any of these if it is not to be, and closes
 * the connection. A connection that ends without that word means that the other process has ended.
 */
final class HandoverProtocol {

  static final String VERSION = "1";

  static final String HELLO = "HELLO ";
  static final String SOCKETS = "SOCKETS ";
  static final String OWN = "own";
  static final String KEPT = "kept";
  static final String TAKE = "TAKE";
  static final String READY = "READY";
  static final String YOURS = "YOURS";
  static final String NO = "NO ";

  private static final int LONGEST_LINE = 8_192;

  private HandoverProtocol() {}

  /** Makes lines of bytes and bytes of lines; descriptors pass untouched. */
  static void addTo(ChannelPipeline pipeline) {
    pipeline
        .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
        .addLast(new StringDecoder(StandardCharsets.UTF_8))
        .addLast(new StringEncoder(StandardCharsets.UTF_8));
  }
}
