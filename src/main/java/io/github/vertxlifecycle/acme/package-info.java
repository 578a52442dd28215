/**
 * Certificates that come by themselves, by ACME (RFC 8555): asked for at the first start, kept in a
 * directory, renewed in good time. For whoever listens with TLS; it knows of no server.
 *
 * <p>{@code AcmeOptions} read the section; {@link AcmeCertificate} decides when to ask and is what
 * others see; {@code CertificateStorage} keeps account, certificate, challenges and failures as
 * files, and one process at a time asks; {@code Acme4j} is the one class that speaks ACME.
 */
@NullMarked
package io.github.vertxlifecycle.acme;

import org.jspecify.annotations.NullMarked;
