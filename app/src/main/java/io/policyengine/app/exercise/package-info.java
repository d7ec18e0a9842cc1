/** The means by which the processes of the engine exercise themselves before they are ready. */
@NullMarked
package io.policyengine.app.exercise;

import org.jspecify.annotations.NullMarked;
