/** The exercise of a kernel before it is ready: exchanges with itself, with separate routes and workers. */
@NullMarked
package io.policyengine.kernel.exercise;

import org.jspecify.annotations.NullMarked;
