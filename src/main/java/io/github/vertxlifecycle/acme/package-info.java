/**
 * Certificates by ACME (RFC 8555): ordered at the first start, kept in a directory, renewed in good
 * time. For any component that listens with TLS; the package knows of no server.
 *
 * <p>{@code AcmeOptions} read the section; {@link AcmeCertificate} decides when to order and is the
 * class that others use; {@code CertificateStorage} keeps account, certificate, challenges and
 * failures as files, and lets one process at a time order; {@code Acme4j} is the one class that
 * speaks ACME.
 *
 * <p>Internal: what is public here is so for the ready verticles. Nothing is promised to
 * applications, and the published Javadoc leaves this package out.
 */
@NullMarked
package io.github.vertxlifecycle.acme;

import org.jspecify.annotations.NullMarked;
