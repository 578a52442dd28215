/**
 * Object storage as a component: it waits for the bucket at the start, provides the client's own
 * {@link software.amazon.awssdk.services.s3.S3AsyncClient}, and stops when no call through it is in
 * flight; an upload that is cut leaves no part behind.
 *
 * <p>{@code S3Settings} read the section; {@code S3Clients} makes the SDK's clients, which {@code
 * VertxTransport} connects to Vert.x's; {@code S3StartProblem} says what is worth another try;
 * {@code TrackedS3} counts what is in flight; {@code MultipartUploads} remembers the uploads that
 * the server still holds parts of, and {@code UploadAbort} aborts them; {@link
 * io.github.vertxlifecycle.s3.S3Streams} stands between Vert.x's streams and the client's.
 */
@NullMarked
package io.github.vertxlifecycle.s3;

import org.jspecify.annotations.NullMarked;
