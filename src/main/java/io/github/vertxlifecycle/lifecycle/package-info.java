/**
 * The lifecycle: declaring components, starting them along their graph, stopping them against it.
 *
 * <p>The way of a stop: {@link io.github.vertxlifecycle.lifecycle.RootVerticle} or an undeploy asks
 * the {@code Conductor}, which keeps one {@code ComponentLifecycle} per component and decides when
 * each may go on; a component lifecycle drives its {@code ComponentHandle}, which is {@code
 * DeployedComponent}: the Vert.x deployment of the component, one {@code DeployedInstance} around
 * each instance. Above the line of {@code ComponentHandle} there are no threads and no Vert.x
 * contexts, only tasks and a clock, so that every order of events can be played in a test.
 */
@NullMarked
package io.github.vertxlifecycle.lifecycle;

import org.jspecify.annotations.NullMarked;
