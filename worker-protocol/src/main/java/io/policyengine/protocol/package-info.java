/**
 * The messages of the worker protocol: how each is written, beside how it is read, by the kernel and by any worker in Java.
 *
 * <p>It has more than twenty types, since each message has one, and all of them share the bytes and the trust in them.
 */
@NullMarked
package io.policyengine.protocol;

import org.jspecify.annotations.NullMarked;
