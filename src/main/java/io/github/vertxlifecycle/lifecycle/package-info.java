/**
 * The lifecycle: declaring components, starting them along their graph, stopping them against it.
 *
 * <p>The way of a stop: {@link io.github.vertxlifecycle.lifecycle.RootVerticle} or an undeploy asks
 * the {@code Conductor}, which keeps one {@code Member} per component and decides when each may go
 * on; a member drives its {@code Part}, which is {@code Deployed}: the Vert.x deployment of the
 * component, one {@code Cell} around each instance. Above the line of {@code Part} there are no
 * threads and no Vert.x contexts, only turns on a clock, so that every order of events can be
 * played in a test.
 */
@NullMarked
package io.github.vertxlifecycle.lifecycle;

import org.jspecify.annotations.NullMarked;
