package io.github.vertxlifecycle.vertx;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlClientBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import io.vertx.sqlclient.internal.command.CommandBase;
import io.vertx.sqlclient.internal.command.CommandScheduler;
import io.vertx.sqlclient.spi.Driver;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients of our own that stand before one of the SQL client's. They extend its internal base class
 * because SQL templates cast to that.
 */
public final class SqlClients {

  private SqlClients() {}

  /**
   * Whether a connection still is one.
   *
   * @param connection a connection of a pool
   * @return false if its socket is closed
   */
  public static boolean isOpen(SqlConnection connection) {
    return ((SqlConnectionInternal) connection).unwrap().unwrap().isValid();
  }

  /**
   * Limits how long the server may take over each command on a new connection. A command that takes
   * longer fails, what was sent after it fails, too, and the socket is closed: an answer may still
   * come there.
   *
   * @param connection a connection of a pool, in the pool's connect handler
   * @param limit how long a command may take from now on; zero for as long as it likes
   * @param late makes what a statement fails with; it gets null for a command without a statement,
   *     and runs on the connection's event loop
   */
  public static void limit(
      SqlConnection connection,
      Supplier<Duration> limit,
      Function<@Nullable String, Throwable> late) {
    ChannelPipeline pipeline =
        ((SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap().unwrap())
            .socket()
            .channelHandlerContext()
            .pipeline();
    pipeline.addBefore("handler", "query-timer", new QueryTimer(limit, late));
    if (pipeline.get(GreetingTimer.NAME) != null) {
      pipeline.remove(GreetingTimer.NAME);
    }
  }

  /** The base of a wrapper around a pool or a connection. */
  public abstract static class Wrapper extends SqlClientBase {

    private final @Nullable Vertx vertx;
    private final @Nullable ContextInternal context;
    private final @Nullable SqlClient delegate;

    /**
     * Makes one that runs no commands itself, on whatever context it is used.
     *
     * @param driver the database's
     * @param vertx the Vert.x
     */
    protected Wrapper(Driver<?> driver, Vertx vertx) {
      super(driver);
      this.vertx = vertx;
      this.context = null;
      this.delegate = null;
    }

    /**
     * Makes one that hands its commands on.
     *
     * @param driver the database's
     * @param context whose connection it is
     * @param delegate the SQL client's own
     */
    protected Wrapper(Driver<?> driver, Context context, SqlClient delegate) {
      super(driver);
      this.vertx = null;
      this.context = (ContextInternal) context;
      this.delegate = delegate;
    }

    @Override
    protected final ContextInternal context() {
      return context == null
          ? ((VertxInternal) Objects.requireNonNull(vertx, "vertx")).getOrCreateContext()
          : context;
    }

    @Override
    protected final <T> PromiseInternal<T> promise() {
      return context().promise();
    }

    @Override
    public final <R> void schedule(CommandBase<R> command, Completable<R> handler) {
      if (delegate == null) {
        handler.fail(new UnsupportedOperationException("use query or preparedQuery"));
      } else {
        ((CommandScheduler) delegate).schedule(command, handler);
      }
    }
  }
}
