/**
 * Listening sockets that outlive a process, so that a restart leaves no gap.
 *
 * <p>{@code ListeningSockets} knows every listening socket of an application, and those that it got
 * before it asked for any: from a supervisor ({@code SocketActivation}: {@code sd_listen_fds(3)},
 * or descriptor 0) or from the process that it replaces ({@code Predecessor}). {@code
 * HandoverServer} is the other end of that: it gives the sockets to a successor. {@code Handover}
 * is what the launcher sees of both. {@code HandoverProtocol} says who says what.
 */
@NullMarked
package io.github.vertxlifecycle.handover;

import org.jspecify.annotations.NullMarked;
