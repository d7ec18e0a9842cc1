/** Failures of workers and policies, and what a request and an operator see of each. */
@NullMarked
package io.policyengine.it.faults;

import org.jspecify.annotations.NullMarked;
