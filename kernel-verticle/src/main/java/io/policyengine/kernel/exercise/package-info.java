/** The exercise of a kernel before it is ready: exchanges with itself, by routes and workers that are nobody's. */
@NullMarked
package io.policyengine.kernel.exercise;

import org.jspecify.annotations.NullMarked;
