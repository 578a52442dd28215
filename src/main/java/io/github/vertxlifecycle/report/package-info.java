/**
 * The events as people read them: the timeline of a stop, its critical path, the final report as
 * text and JSON, and the table of a start.
 */
@NullMarked
package io.github.vertxlifecycle.report;

import org.jspecify.annotations.NullMarked;
