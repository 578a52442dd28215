/**
 * Faults, seeded and repeatable: the links service as a real process under load, on a real
 * PostgreSQL and a real Redis, and an agent that causes faults. {@code make chaos} runs {@code
 * Chaos}, the main class; a {@code Round} is one life of the process.
 */
package io.github.vertxlifecycle.chaos;
