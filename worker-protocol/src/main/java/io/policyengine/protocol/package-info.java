/**
 * The messages of the worker protocol: how each is written, beside how it is read, by the kernel and by any worker in Java.
 *
 * <p>Over twenty types, since each message has one, and half of them are parts of messages that no other package may see: a package for
 * each family of messages would make them public.
 */
@NullMarked
package io.policyengine.protocol;

import org.jspecify.annotations.NullMarked;
