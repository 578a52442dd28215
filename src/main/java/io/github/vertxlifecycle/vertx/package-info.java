/**
 * All contact with Vert.x's internals, an adapter for each point of contact; the ArchUnit rules let
 * nobody else import {@code io.vertx.….internal} or {@code io.vertx.….impl}. For this library only:
 * nothing here is promised to applications.
 *
 * <p>The library is compiled against the lowest version that {@link VertxVersion} names, and the
 * same classes run on every version up to the highest. An adapter whose class or method is the same
 * in all of them calls it as it is. Where it is not, {@link Internals} finds it when the adapter is
 * loaded, and the adapter keeps it in a {@code static final MethodHandle}, which the JIT compiles
 * like a call; what extends a class of one line only is a class of its own, loaded on that line.
 *
 * <table>
 *   <caption>What moved from 5.0 to 5.1</caption>
 *   <tr><th>5.0</th><th>5.1</th><th>adapter</th></tr>
 *   <tr><td>{@code HttpServerImpl}, made of a {@code Vertx}</td><td>{@code TcpHttpServer} in a
 *     {@code CleanableHttpServer}, made of a configuration</td><td>{@link HttpServers}</td></tr>
 *   <tr><td>{@code NetServerImpl} by {@code Vertx.createNetServer}</td><td>by {@code
 *     NetServerBuilder}, of the {@code Vertx} that the HTTP server was made with</td><td>{@link
 *     HttpServers}</td></tr>
 *   <tr><td>{@code HttpServerRequest.streamId()}, an {@code int}</td><td>a {@code long}</td><td>{@link
 *     HttpConnections}</td></tr>
 *   <tr><td>{@code OutboundDeliveryContext}, which an interceptor sees</td><td>{@code SendContext},
 *     which it does not</td><td>{@link Replies}</td></tr>
 * </table>
 *
 * <p>To add a new version: {@code make compat VERTX=…} with it. Where a test fails, compare the
 * sources of the class that the adapter names, and have the adapter look for both. Then raise the
 * limit in {@link VertxVersion} and say the range in the README and the changelog.
 */
@NullMarked
package io.github.vertxlifecycle.vertx;

import org.jspecify.annotations.NullMarked;
