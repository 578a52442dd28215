package io.github.vertxlifecycle.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of an application, so that a report can be told from those of other instances, other
 * versions and other days. What is not known is null, and no report mentions it.
 *
 * @param application the name of its root's class, or of the main verticle's
 * @param version what the manifest of its jar, or its module, says
 * @param host the name of the machine or container
 * @param pid the process's number there
 * @param started the start began
 * @param begin the stop began, with its announcement
 * @param end the stop ended, or the report was made
 */
public record ApplicationRun(
    String application,
    @Nullable String version,
    @Nullable String host,
    long pid,
    @Nullable Instant started,
    @Nullable Instant begin,
    @Nullable Instant end) {}
