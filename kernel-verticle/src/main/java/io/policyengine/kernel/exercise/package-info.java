/**
 * The warm-up requests that a kernel sends itself before it is ready (the exercise), with separate routes and workers.
 */
@NullMarked
package io.policyengine.kernel.exercise;

import org.jspecify.annotations.NullMarked;
