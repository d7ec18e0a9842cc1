/**
 * The messages of the worker protocol: the encoding of each next to its decoding, for kernels and workers in Java.
 *
 * <p>Over twenty types, since each message has one. Half of them are parts of messages that no other package may see; a
 * package for each family of messages would make them public.
 */
@NullMarked
package io.policyengine.protocol;

import org.jspecify.annotations.NullMarked;
