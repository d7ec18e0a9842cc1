/** The messages of the worker protocol: how each is written, beside how it is read, by the kernel and by any worker in Java. */
@NullMarked
package io.policyengine.protocol;

import org.jspecify.annotations.NullMarked;
