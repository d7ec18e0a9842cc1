/**
 * Encodes and decodes the messages of the worker protocol, for kernels and workers in Java. One class both encodes and
 * decodes a message.
 *
 * <p>The package has over twenty types, since each message has its own codec. Half of them handle parts of messages and
 * are hidden from other packages; separate packages would make them public.
 */
@NullMarked
package io.policyengine.protocol;

import org.jspecify.annotations.NullMarked;
