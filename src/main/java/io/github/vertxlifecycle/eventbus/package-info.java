/**
 * Consumers of the event bus as a component: each message that has come is handled and answered,
 * also the ones that a stop finds waiting or still on their way from another node.
 *
 * <p>An application declares its {@code Consumers}; an {@code Inbox} takes the messages of one of
 * them, as {@code TrackedMessage}s; {@code ClusterRegistrations} takes a node's consumers out of
 * what the cluster knows while they still listen; {@code WriteCompletion} counts what is sent until
 * it is written; {@code TrackedEventBus} and {@code TrackedProducer} count what others send through
 * this component.
 */
@NullMarked
package io.github.vertxlifecycle.eventbus;

import org.jspecify.annotations.NullMarked;
