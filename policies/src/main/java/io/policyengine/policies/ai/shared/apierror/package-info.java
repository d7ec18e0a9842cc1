/** Refusals in the form in which the interface that a request speaks tells its errors, so that client libraries know them. */
@NullMarked
package io.policyengine.policies.ai.shared.apierror;

import org.jspecify.annotations.NullMarked;
