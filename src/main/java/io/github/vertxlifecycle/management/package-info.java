/**
 * A running application as an operator sees it: health, metrics, the lifecycle as JSON and as a
 * live page, on a port of its own. Up before the first component, down after the last, on a Vert.x
 * of its own: it answers while every event loop of the application is blocked, and while the
 * application's Vert.x closes.
 */
@NullMarked
package io.github.vertxlifecycle.management;

import org.jspecify.annotations.NullMarked;
