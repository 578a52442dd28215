package io.github.vertxlifecycle.vertx;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vertx.sqlclient.internal.command.CloseConnectionCommand;
import io.vertx.sqlclient.internal.command.CommandBase;
import io.vertx.sqlclient.internal.command.CommandResponse;
import io.vertx.sqlclient.internal.command.PrepareStatementCommand;
import io.vertx.sqlclient.internal.command.QueryCommandBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose server does not answer a command in time. It stands between the client
 * and its codec, where it sees each command when it is sent and again when it has been answered; so
 * nothing that the client can do goes past it: queries, batches, cursors, transactions. A command
 * costs a look at the clock; there is one timer a connection, while commands are open. On the
 * channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class QueryTimer extends ChannelDuplexHandler {

  private record Asked(CommandBase<?> command, long since) {}

  private final Supplier<Duration> limit;
  private final Function<@Nullable String, Throwable> late;
  private final ArrayDeque<Asked> open = new ArrayDeque<>();
  private @Nullable LateWatch watch;

  /**
   * Makes a timer for a connection.
   *
   * @param limit how long a command may take from now on; zero for as long as it likes
   * @param late what a statement fails with that takes longer; null for a command without a
   *     statement
   */
  QueryTimer(Supplier<Duration> limit, Function<@Nullable String, Throwable> late) {
    this.limit = limit;
    this.late = late;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    watch = new LateWatch(ctx.channel(), () -> limit.get().toNanos(), now -> judge(ctx, now));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof CommandBase<?> command && !(command instanceof CloseConnectionCommand)) {
      open.add(new Asked(command, System.nanoTime()));
      if (watch != null) {
        watch.begin();
      }
    }
    ctx.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof CommandResponse<?>) {
      open.poll();
    }
    ctx.fireChannelRead(message);
  }

  /** In how many nanoseconds to look again; 0 for when the next command begins. */
  private long judge(ChannelHandlerContext ctx, long now) {
    Asked oldest = open.peek();
    if (oldest == null || ctx.isRemoved()) {
      return 0;
    }
    long left = limit.get().toNanos() - (now - oldest.since());
    if (left <= 0) {
      end(ctx, late.apply(statement(oldest.command())));
    }
    return Math.max(0, left);
  }

  private static @Nullable String statement(CommandBase<?> command) {
    if (command instanceof QueryCommandBase<?> query) {
      return query.sql();
    }
    return command instanceof PrepareStatementCommand prepare ? prepare.sql() : null;
  }

  private void end(ChannelHandlerContext ctx, Throwable problem) {
    open.clear();
    // Towards the client first: it must have taken the connection out of the pool before those
    // whose commands fail give it back there, where the next one waits for it.
    ctx.fireExceptionCaught(problem);
    ctx.pipeline().fireExceptionCaught(problem); // to the codec, which fails what it has sent
    ClientSockets.abort(ctx.channel());
  }
}
