/** The exercises: requests with which kernel and worker processes warm up before they are ready. */
@NullMarked
package io.policyengine.app.exercise;

import org.jspecify.annotations.NullMarked;
