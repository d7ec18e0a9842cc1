/** The trace that an exchange belongs to, and the spans that are made of it. */
@NullMarked
package io.policyengine.kernel.trace;

import org.jspecify.annotations.NullMarked;
