/**
 * Faults, seeded and repeatable: the links service as a real process under load, on a real
 * PostgreSQL and a real Redis, and an agent that breaks things. {@code make chaos} runs it; {@code
 * Chaos} is the way in, a {@code Round} is one life of the process.
 */
package io.github.vertxlifecycle.chaos;
