/**
 * The codecs of the worker protocol's messages, for kernels and workers in Java. Encoding and decoding of a message are
 * in the same class.
 *
 * <p>The package has over twenty types, since each message has its own codec. Half of them handle parts of messages and
 * are hidden from other packages; separate packages would make them public.
 */
@NullMarked
package io.policyengine.protocol;

import org.jspecify.annotations.NullMarked;
