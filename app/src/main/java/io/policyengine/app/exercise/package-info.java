/** Exercises that warm up kernel and worker processes before they are ready. */
@NullMarked
package io.policyengine.app.exercise;

import org.jspecify.annotations.NullMarked;
